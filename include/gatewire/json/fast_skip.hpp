// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_FAST_SKIP_HPP
#define GATEWIRE_JSON_FAST_SKIP_HPP

#include <gatewire/json/block.hpp>
#include <gatewire/json/string.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

// The fast way over a value: where it ends, whatever is inside of it.
namespace rpc::inline v1::codec {

/// Matches brackets and looks at nothing else, a block at a time except where there are escapes.
///
/// One branch per byte would be mispredicted at nearly every quote of a typical message; here the
/// parity of the quotes before a byte says whether it is inside a string.
class bracket_matcher {
public:
    bracket_matcher(const char* at, const char* end) noexcept : at_(at), end_(end) {}

    /// Goes behind the array or object that begins here; false when it does not end.
    bool match() noexcept {
        while (at_ != end_) {
            // Most of a text is names and numbers, where only quotes count.
            at_ = skip_quiet(at_, end_, in_string_);
            // That stopped at a span with a bracket or an escape: do all of it before the next try.
            for (int blocks = 0; blocks != 4 && at_ != end_; ++blocks) {
                const auto size = (std::min)(end_ - at_, block_size);
                const block_masks masks =
                    size == block_size ? mask_block(at_) : mask_rest(at_, size);
                if (masks.backslashes == 0 ? take_block(masks, size) : take_bytes(at_ + size)) {
                    return true;
                }
            }
        }
        return false;
    }

    const char* at() const noexcept { return at_; }

private:
    static block_masks mask_rest(const char* at, std::ptrdiff_t size) noexcept {
        std::array<char, block_size> block{};
        std::copy_n(at, size, block.data());
        return mask_block(block.data());
    }

    /// Without an instruction for it, which the baseline of x86-64 lacks, `std::popcount` is a call
    /// into the compiler's library; and most blocks have no bracket at all.
    static std::size_t count_bits(std::uint32_t mask) noexcept {
        std::size_t count = 0;
        for (; mask != 0; mask &= mask - 1) {
            ++count;
        }
        return count;
    }

    /// Takes a block, or the part of it in which the value ends: then true.
    bool take_block(const block_masks& masks, std::ptrdiff_t size) noexcept {
        if ((masks.opening | masks.closing) == 0) {
            in_string_ = in_string_ != is_odd_mask(masks.quotes);
            at_ += size;
            return false;
        }
        std::uint32_t inside = masks.quotes;
        inside ^= inside << 1U;
        inside ^= inside << 2U;
        inside ^= inside << 4U;
        inside ^= inside << 8U;
        inside ^= in_string_ ? 0xFFFFU : 0U;
        const std::uint32_t opening = masks.opening & ~inside;
        const std::uint32_t closing = masks.closing & ~inside;
        const std::size_t closed = count_bits(closing);
        if (depth_ <= closed) {
            for (std::uint32_t left = opening | closing; left != 0; left &= left - 1) {
                depth_ += (opening & left & (0 - left)) != 0 ? std::size_t{1} : ~std::size_t{0};
                if (depth_ == 0) {
                    at_ += std::countr_zero(left) + 1;
                    return true;
                }
            }
        } else {
            depth_ += count_bits(opening) - closed;
        }
        in_string_ = (inside >> 15U & 1U) != 0;
        at_ += size;
        return false;
    }

    /// The same byte by byte, for a block with escapes, which parity does not understand.
    bool take_bytes(const char* stop) noexcept {
        while (at_ < stop) {
            step_byte();
            if (depth_ == 0) {
                return true;
            }
        }
        return false;
    }

    void step_byte() noexcept {
        const char byte = *at_++;
        if (in_string_) {
            if (byte == '\\' && at_ != end_) {
                ++at_;
            }
            in_string_ = byte != '"';
        } else if (byte == '"') {
            in_string_ = true;
        } else if ((byte | 0x20) == '{') {
            ++depth_;
        } else if ((byte | 0x20) == '}') {
            --depth_;
        }
    }

    const char* at_;
    const char* end_;
    std::size_t depth_ = 0;
    bool in_string_ = false;
};

/// The closing quote of a string whose inside begins at `at`, or `end`.
inline const char* find_string_end(const char* at, const char* end) noexcept {
    while (at != end && *at != '"') {
        at += *at == '\\' && end - at > 1 ? 2 : 1;
    }
    return at;
}

/// The end of a literal or number, whatever it is made of.
inline const char* find_scalar_end(const char* at, const char* end) noexcept {
    while (at != end && *at != ',' && *at != ']' && *at != '}' && !is_space(*at)) {
        ++at;
    }
    return at;
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_FAST_SKIP_HPP
