// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_SCALAR_HPP
#define GATEWIRE_JSON_WRITE_SCALAR_HPP

#include <gatewire/detail/thrown.hpp>
#include <gatewire/json/block.hpp>
#include <gatewire/json/digits.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/json/string.hpp>
#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::codec {

/// Why a value could not be written, and where; while writing also how deep it is. One may be used
/// for many values, one after the other, also after a failure.
struct write_error {
    unsigned depth_left = depth_max;
    bool is_thrown = false;  // the message is what the user's code threw

    /// "params[0].price: infinity has no JSON form" for the root "params".
    std::string text(std::string_view root) const {
        return texts_ == nullptr ? place_text(root, {}, {})
                                 : place_text(root, texts_->where, texts_->message);
    }

    // All return false, for `return error.fail(...)`.
    bool fail(std::string text) {
        words& why = made_texts();
        why.where.clear();
        why.message = std::move(text);
        depth_left = depth_max;  // the containers that are open are given up
        is_thrown = false;
        return false;
    }
    /// Says what is being handled. Only inside of a catch block.
    bool fail_thrown() {
        fail(printable(rpc::detail::thrown_text(), 200));
        is_thrown = true;
        return false;
    }
    bool inside_member(std::string_view name) {
        prepend_member(made_texts().where, name);
        return false;
    }
    bool inside_element(std::size_t index) {
        prepend_element(made_texts().where, index);
        return false;
    }

    bool enter() {
        if (depth_left == 0) {
            return fail("nested too deeply");
        }
        --depth_left;
        return true;
    }
    void leave() noexcept { ++depth_left; }

private:
    struct words {
        std::string where;    // from the value that was to be written: "[0].price", or empty
        std::string message;  // "infinity has no JSON form"
    };

    words& made_texts() {
        if (texts_ == nullptr) {
            texts_ = std::make_unique<words>();
        }
        return *texts_;
    }

    std::unique_ptr<words> texts_;  // made where a value could not be written
};

/// Room that every `put` function may overwrite behind what it puts, so that it can write whole
/// words.
inline constexpr std::size_t put_slack = 16;

/// Where values are written to.
///
/// The cursor is not in here: it goes from one `put` function to the next as an argument and
/// result, so that it stays in a register. A `put` function of a scalar expects room for the
/// longest form of its type; all others make their own. Each gives the cursor behind what it wrote,
/// or null when the value has no JSON form; then the error is set.
class sink {
public:
    sink(wire::buffer& out, write_error& failure) noexcept
        : error(failure), out_(out), end_(out.room_end()) {}

    /// Where to begin.
    char* cursor() const noexcept { return out_.cursor(); }

    /// Makes room for `size` bytes and for the slack behind; gives where `at` then is.
    char* make_room(char* at, std::size_t size) {
        size += put_slack;
        return static_cast<std::size_t>(end_ - at) >= size ? at : grow(at, size);
    }

    /// Gives the buffer with all that was put, for those who write into it themselves.
    wire::buffer& flush(const char* at) noexcept {
        out_.commit_to(at);
        return out_;
    }

    /// Goes on behind what others wrote into the buffer.
    char* resume() noexcept {
        end_ = out_.room_end();
        return out_.cursor();
    }

    write_error& error;

private:
    char* grow(char* at, std::size_t size) {
        out_.commit_to(at);
        at = out_.prepare(size);
        end_ = out_.room_end();
        return at;
    }

    wire::buffer& out_;
    char* end_;
};

/// Copies a text of at least a block; says whether all of it is plain.
inline bool copy_blocks(char* at, const char* from, std::size_t size) noexcept {
    std::uint32_t special = 0;
    for (std::size_t done = 0; done < size - block_size; done += block_size) {
        std::memcpy(at + done, from + done, block_size);
        special |= special_in_block(from + done);
    }
    // May overlap the one before.
    std::memcpy(at + size - block_size, from + size - block_size, block_size);
    return (special | special_in_block(from + size - block_size)) == 0;
}

/// Copies a text; says whether all of it is plain. There is room, also for the slack.
inline bool copy_plain(char* at, const char* from, std::size_t size) noexcept {
    if (size < 8) {
        const std::uint64_t word = load_few(from, size);
        store_word(at, word);
        return special_bytes(word | (every_byte * 'x') << (size * 8)) == 0;
    }
    if (size < block_size) {
        const std::uint64_t front = load_word(from);
        const std::uint64_t back = load_word(from + size - 8);
        store_word(at, front);
        store_word(at + size - 8, back);
        return !are_special(front, back);
    }
    return copy_blocks(at, from, size);
}

/// Writes a string; false, with a part of it written, when it is not UTF-8.
bool write_string(wire::buffer& out, std::string_view text);

char* put_unusual_string(char* at, std::string_view text, std::size_t room, sink& to);

/// Writes a string and makes room for `room` more bytes behind it.
inline char* put_string(char* at, std::string_view text, std::size_t room, sink& to) {
    at = to.make_room(at, text.size() + 2 + room);
    *at = '"';
    if (!copy_plain(at + 1, text.data(), text.size())) {
        return put_unusual_string(at, text, room, to);
    }
    at[text.size() + 1] = '"';
    return at + text.size() + 2;
}

inline bool write_string(wire::buffer& out, std::string_view text, write_error& error) {
    return write_string(out, text) || error.fail("a string is not valid UTF-8");
}

/// Writes a string whatever its bytes are: each that is not UTF-8 becomes U+FFFD. For texts that
/// nobody promised to be UTF-8, such as those of exceptions.
void write_text_lossy(wire::buffer& out, std::string_view text);

/// The longest forms of numbers. "-2.2250738585072014e-308" has 24 characters.
inline constexpr std::size_t integer_size_max = 20;
inline constexpr std::size_t real_size_max = 26;

template <class Int>
char* put_integer(char* at, Int value) noexcept {
    auto magnitude = static_cast<std::uint64_t>(value);
    if constexpr (std::is_signed_v<Int>) {
        if (value < 0) {
            *at++ = '-';
            magnitude = std::uint64_t{0} - magnitude;
        }
    }
    return put_digits(at, magnitude);
}

template <std::size_t Size>
char* put_literal(char* at, const char (&text)[Size]) noexcept {
    std::memcpy(at, text, Size - 1);
    return at + Size - 1;
}

inline char* put_bool(char* at, bool value) noexcept {
    store_word(at, value ? 0x65757274U : 0x65736C6166U);  // "true", "false"
    return at + (value ? 4 : 5);
}

/// `put_real` for all but the usual numbers, as bits without the sign. Never inlined, so that those
/// do not pay for what it needs.
char* put_unusual_real(char* at, std::uint64_t bits, sink& to);

/// Writes the shortest text that reads back as the same value, always with a point or an exponent,
/// so that a reader without types sees a real number.
inline char* put_real(char* at, const double& value, sink& to) {
    std::uint64_t bits = bits_of(value);
    *at = '-';
    at += bits >> 63U;
    bits &= ~sign_bit<double>;
    // From 1 to 9'999 with at most 4 places, as most prices and volumes are.
    if (const std::uint64_t power = (bits >> 52U) - 1023; power < 14) {
        const std::uint64_t significand = bits << 11U | sign_bit<double>;
        if (const std::uint64_t whole = significand >> (63 - power); whole < 10'000) {
            const std::uint64_t fraction = significand << (power + 1);
            if (fraction == 0) {
                return put_short_whole(at, whole);
            }
            // The nearest decimal is the number if it is no further off than half the distance to
            // the next double.
            const auto [digits, rest] = multiply(fraction, 10'000);
            const std::uint64_t half = std::uint64_t{10'000} << (power + 11);
            if (rest + half <= half * 2) {
                return put_short_decimal(at, whole, digits + (rest >> 63U));
            }
        }
    }
    return put_unusual_real(at, bits, to);
}

char* put_real(char* at, const float& value, sink& to);

template <class Int>
void write_integer(wire::buffer& out, Int value) {
    char* const at = out.prepare(integer_size_max + put_slack);
    out.commit_to(put_integer(at, value));
}

inline bool write_real(wire::buffer& out, const double& value, write_error& error) {
    out.prepare(real_size_max + put_slack);
    sink to(out, error);
    const char* const end = put_real(to.cursor(), value, to);
    if (end != nullptr) {
        out.commit_to(end);
    }
    return end != nullptr;
}

inline void write_bool(wire::buffer& out, bool value) {
    out.append(value ? std::string_view("true") : std::string_view("false"));
}

inline void write_null(wire::buffer& out) {
    out.append("null");
}

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/write_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_WRITE_SCALAR_HPP
