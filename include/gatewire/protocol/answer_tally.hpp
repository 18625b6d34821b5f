// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_ANSWER_TALLY_HPP
#define GATEWIRE_PROTOCOL_ANSWER_TALLY_HPP

#include <cstddef>
#include <cstdint>

namespace rpc::inline v1::protocol {

/// The frames of answers that arrived on one connection of a client, and how many of them the
/// server was told of.
class answer_tally {
public:
    void arrived(std::size_t bytes) noexcept {
        ++count_;
        untold_bytes_ += bytes;
    }

    std::uint64_t count() const noexcept { return count_; }

    /// Whether the server, which keeps them all, should hear of them soon.
    bool is_due() const noexcept {
        return count_ - told_ >= untold_max || untold_bytes_ >= untold_bytes_max;
    }
    bool has_untold() const noexcept { return count_ != told_; }

    /// The server is told. @return The number to say.
    std::uint64_t tell() noexcept {
        told_ = count_;
        untold_bytes_ = 0;
        return count_;
    }

private:
    static constexpr std::uint64_t untold_max = 64;
    static constexpr std::size_t untold_bytes_max = std::size_t{64} << 10;

    std::uint64_t count_ = 0;
    std::uint64_t told_ = 0;
    std::size_t untold_bytes_ = 0;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_ANSWER_TALLY_HPP
