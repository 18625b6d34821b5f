// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_STREAM_HPP
#define BENCH_STREAM_HPP

#include "../harness.hpp"

#include <gatewire/wire/buffer.hpp>

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>

#include <cstddef>
#include <cstring>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

/// Frames over bare Asio: one read into a buffer, and all that is sent meanwhile in one write.
///
/// `Owner` has `on_frames(stream&, count)`: so many whole frames came with one read; and
/// `on_end(stream&)`: the peer is gone. Where it has `on_frame(stream&, text)`, that is called for
/// each of them before.
template <class Owner>
class stream {
public:
    stream(asio::ip::tcp::socket socket, Owner& owner)
        : socket_(std::move(socket)), owner_(owner), input_(64 << 10) {
        socket_.set_option(asio::ip::tcp::no_delay(true));
    }

    void start() { read(); }

    /// Queues a frame; `flush` sends it.
    void send(std::string_view frame) { outgoing_.append(frame); }

    /// Where frames are queued, for those that are written in place.
    rpc::wire::buffer& outgoing() noexcept { return outgoing_; }

    void flush() {
        if (!is_writing_ && !outgoing_.empty()) {
            is_writing_ = true;
            sending_.swap(outgoing_);
            sent_ = 0;
            write();
        }
    }

    std::size_t queued_bytes() const noexcept { return outgoing_.size() + sending_.size() - sent_; }

private:
    static constexpr std::size_t frame_size_max = std::size_t{16} << 20;

    void read() {
        socket_.async_read_some(asio::buffer(input_.data() + received_, input_.size() - received_),
                                [this](const asio::error_code& failure, std::size_t size) {
                                    if (failure) {
                                        owner_.on_end(*this);
                                        return;
                                    }
                                    received_ += size;
                                    const std::size_t frames = take_frames();
                                    read();
                                    if (frames != 0) {
                                        owner_.on_frames(*this, frames);
                                        flush();
                                    }
                                });
    }

    std::size_t take_frames() {
        std::size_t begin = 0;
        std::size_t frames = 0;
        while (received_ - begin >= 4) {
            const auto* const header = reinterpret_cast<const unsigned char*>(&input_[begin]);
            const std::size_t size = std::size_t{header[0]} << 24 | std::size_t{header[1]} << 16 |
                                     std::size_t{header[2]} << 8 | std::size_t{header[3]};
            if (size > frame_size_max) {
                fail("a frame is too large");
            }
            if (size + 4 > input_.size()) {
                input_.resize(size + 4);
            }
            if (received_ - begin < size + 4) {
                break;
            }
            if constexpr (requires { owner_.on_frame(*this, std::string_view()); }) {
                owner_.on_frame(*this, std::string_view(&input_[begin + 4], size));
            }
            begin += size + 4;
            ++frames;
        }
        if (begin != 0) {
            received_ -= begin;
            std::memmove(input_.data(), input_.data() + begin, received_);
        }
        return frames;
    }

    void write() {
        socket_.async_write_some(asio::buffer(sending_.data() + sent_, sending_.size() - sent_),
                                 [this](const asio::error_code& failure, std::size_t size) {
                                     if (failure) {
                                         return;  // The read that is under way says so as well.
                                     }
                                     sent_ += size;
                                     if (sent_ < sending_.size()) {
                                         write();
                                         return;
                                     }
                                     sending_.clear();
                                     sent_ = 0;
                                     is_writing_ = false;
                                     flush();
                                 });
    }

    asio::ip::tcp::socket socket_;
    Owner& owner_;
    std::vector<char> input_;
    std::size_t received_ = 0;
    rpc::wire::buffer outgoing_;
    rpc::wire::buffer sending_;
    std::size_t sent_ = 0;
    bool is_writing_ = false;
};

}  // namespace bench

#endif  // BENCH_STREAM_HPP
