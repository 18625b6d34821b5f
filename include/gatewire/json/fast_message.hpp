// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_FAST_MESSAGE_HPP
#define GATEWIRE_JSON_FAST_MESSAGE_HPP

#include <gatewire/json/block.hpp>
#include <gatewire/json/digits.hpp>
#include <gatewire/json/envelope.hpp>
#include <gatewire/json/fast_skip.hpp>
#include <gatewire/json/string.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

// The fast way through an envelope: it takes only the form in which this library writes one, with
// the members in this order, no white space, a plain method and a whole number as the id. What has
// another form is not wrong: it is left to the strict way, which can explain.
namespace rpc::inline v1::codec {

/// A cursor that moves over what the caller expects. After a false it may stand anywhere.
class fast_cursor {
public:
    explicit fast_cursor(std::string_view text) noexcept
        : at_(text.data()), end_(text.data() + text.size()) {}

    template <std::size_t Size>
    bool take(const char (&literal)[Size]) noexcept {
        constexpr std::size_t length = Size - 1;
        if (end_ - at_ < static_cast<std::ptrdiff_t>(length) || !same_bytes<length>(at_, literal)) {
            return false;
        }
        at_ += length;
        return true;
    }

    /// The inside of a string of plain ASCII without escapes, and its closing quote.
    bool take_name(std::string_view& name) noexcept {
        const char* const begin = at_;
        const std::uint32_t special = end_ - at_ >= block_size ? special_in_block(at_) : 0;
        at_ = special != 0 ? at_ + std::countr_zero(special) : skip_plain(at_, end_);
        name = {begin, static_cast<std::size_t>(at_ - begin)};
        return take("\"");
    }

    /// A whole number as it is written, without a sign and without a needless zero.
    bool take_digits(std::string_view& digits) noexcept {
        const char* const begin = at_;
        while (at_ != end_ && is_digit(*at_)) {
            ++at_;
        }
        digits = {begin, static_cast<std::size_t>(at_ - begin)};
        return !digits.empty() && (digits.size() == 1 || digits.front() != '0');
    }

    /// The same as a number of at most 18 digits.
    [[gnu::always_inline]] bool take_number(std::uint64_t& number) noexcept {
        if (end_ - at_ < 16) {
            return take_number_slowly(number);
        }
        const std::uint64_t front = load_word(at_) ^ zero_digits;
        const std::uint64_t behind_front = other_than_digits(front);
        if (behind_front != 0) {
            const auto count = static_cast<std::size_t>(std::countr_zero(behind_front)) / 8;
            if (count == 0 || (*at_ == '0' && count != 1)) {
                return false;
            }
            number = join_digits(front << (64 - 8 * count));
            at_ += count;
            return true;
        }
        const std::uint64_t back = load_word(at_ + 8) ^ zero_digits;
        const std::uint64_t behind_back = other_than_digits(back);
        if (behind_back == 0) {
            return take_number_slowly(number);
        }
        const auto count = static_cast<std::size_t>(std::countr_zero(behind_back)) / 8;
        number = join_digits(front);
        if (count != 0) {
            number = number * powers_of_ten[count] + join_digits(back << (64 - 8 * count));
        }
        const bool is_good = *at_ != '0';
        at_ += 8 + count;
        return is_good;
    }

    /// An array or object, delimited by its brackets.
    bool take_container(std::string_view& raw) noexcept {
        if (at_ == end_ || (*at_ != '[' && *at_ != '{')) {
            return false;
        }
        bracket_matcher matcher(at_, end_);
        if (!matcher.match()) {
            return false;
        }
        raw = {at_, static_cast<std::size_t>(matcher.at() - at_)};
        at_ = matcher.at();
        return true;
    }

    /// An array or object that ends where the text's last `rest` bytes begin. Its closing bracket
    /// must stand there and nowhere before, so that it can end nowhere else: one search is enough,
    /// and brackets need not be matched. Whether it is well formed turns out when it is read.
    bool take_container_before(std::size_t rest, std::string_view& raw) noexcept {
        if (static_cast<std::size_t>(end_ - at_) < rest + 2 || (*at_ != '[' && *at_ != '{')) {
            return false;
        }
        const auto size = static_cast<std::size_t>(end_ - at_) - rest;
        const char closing = *at_ == '[' ? ']' : '}';
        if (std::memchr(at_, closing, size) != at_ + size - 1) {
            return false;
        }
        raw = {at_, size};
        at_ += size;
        return true;
    }

    /// The same for a string that ends where the text's last `rest` bytes begin: no quote stands in
    /// it but its own, and no backslash before the last one. Expects 16 bytes of text before it.
    bool take_string_before(std::size_t rest, std::string_view& raw) noexcept {
        if (static_cast<std::size_t>(end_ - at_) < rest + 2 || *at_ != '"') {
            return false;
        }
        const auto size = static_cast<std::size_t>(end_ - at_) - rest;
        const char* const last = at_ + size - 1;
        if (*last != '"' || !(is_quiet_before(last, size - 2) ||
                              (std::memchr(at_ + 1, '"', size - 1) == last && last[-1] != '\\'))) {
            return false;
        }
        raw = {at_, size};
        at_ += size;
        return true;
    }

    /// Any value, as far as it reaches. Whether it is well formed turns out when it is read.
    bool take_value(std::string_view& raw) noexcept {
        if (take_container(raw)) {
            return true;
        }
        const char* const begin = at_;
        if (take("\"")) {
            at_ = skip_plain(at_, end_);
            at_ = find_string_end(at_, end_);
            if (!take("\"")) {
                return false;
            }
        } else {
            at_ = find_scalar_end(at_, end_);
        }
        raw = {begin, static_cast<std::size_t>(at_ - begin)};
        return !raw.empty();
    }

    bool is_at_end() const noexcept { return at_ == end_; }
    std::size_t rest() const noexcept { return static_cast<std::size_t>(end_ - at_); }

private:
    /// Whether the `size` bytes before `last` are few, and no quote or backslash among them.
    static bool is_quiet_before(const char* last, std::size_t size) noexcept {
        constexpr std::size_t few = static_cast<std::size_t>(block_size);
        if (size > few) {
            return false;
        }
        const block_masks masks = mask_block(last - few);
        return (masks.quotes | masks.backslashes) >> (few - size) == 0;
    }

    bool take_number_slowly(std::uint64_t& number) noexcept {
        const char* const begin = at_;
        const char* const limit = end_ - at_ > 18 ? at_ + 18 : end_;
        number = 0;
        while (at_ != limit && is_digit(*at_)) {
            number = number * 10 + static_cast<std::uint64_t>(*at_ - '0');
            ++at_;
        }
        const bool is_whole = at_ != begin && (at_ == end_ || !is_digit(*at_));
        return is_whole && (at_ - begin == 1 || *begin != '0');
    }

    const char* at_;
    const char* end_;
};

/// Where the digits that end at `end` begin, not before `begin`. Where other than ASCII stands
/// before them, it may be that not all of them are seen.
inline const char* begin_of_digits(const char* begin, const char* end) noexcept {
    while (end - begin >= 8) {
        const std::uint64_t others = other_than_digits(load_word(end - 8) ^ zero_digits);
        if (others != 0) {
            return end - std::countl_zero(others) / 8;
        }
        end -= 8;
    }
    while (end != begin && is_digit(end[-1])) {
        --end;
    }
    return end;
}

/// The number that ends at `end` with so many digits, 1 to 8. Eight bytes before it are looked at.
inline std::uint64_t last_digits(const char* end, std::size_t count) noexcept {
    const std::uint64_t word = load_word(end - 8) ^ zero_digits;
    return join_digits(word & ~std::uint64_t{0} << (64 - 8 * count));
}

/// Whether what ends before `end`, and does not begin before `begin`, is this text.
template <std::size_t Size>
bool ends_with(const char* begin, const char* end, const char (&literal)[Size]) noexcept {
    constexpr std::ptrdiff_t length = Size - 1;
    return end - begin >= length && same_bytes<Size - 1>(end - length, literal);
}

/// What ends a request's text, `,"rpc":{"timeout_ms":1},"id":1}` or the same without `rpc`, read
/// from its end on.
struct request_tail {
    std::size_t size = 0;  ///< Zero: the text ends otherwise.
    std::string_view id;
    std::optional<std::uint32_t> timeout;
};

[[gnu::always_inline]] inline request_tail fast_request_tail(std::string_view text) noexcept {
    request_tail tail;
    if (text.size() < 2 || text.back() != '}') {
        return tail;
    }
    const char* const first = text.data();
    const char* const last = first + text.size() - 1;
    const char* const id = begin_of_digits(first, last);
    tail.id = {id, static_cast<std::size_t>(last - id)};
    if (id == last || (*id == '0' && last - id != 1) || !ends_with(first, id, R"(,"id":)")) {
        return tail;
    }
    const char* begin = id - 6;
    if (begin != first && begin[-1] == '}') {
        const char* const end = begin - 1;
        const char* const number = begin_of_digits(first, end);
        if (ends_with(first, number, R"(,"rpc":{"timeout_ms":)")) {
            const auto digits = end - number;
            if (digits == 0 || digits > 10 || (*number == '0' && digits != 1)) {
                return tail;
            }
            // The text before them has more than 16 bytes.
            std::uint64_t timeout =
                last_digits(end, static_cast<std::size_t>(digits > 8 ? 8 : digits));
            if (digits > 8) {
                timeout += ten_to_8 * last_digits(end - 8, static_cast<std::size_t>(digits - 8));
                if (timeout > 0xffffffffU) {
                    return tail;
                }
            }
            tail.timeout = static_cast<std::uint32_t>(timeout);
            begin = number - 21;
        }
    }
    tail.size = static_cast<std::size_t>(last + 1 - begin);
    return tail;
}

/// `{"jsonrpc":"2.0","method":"m","params":[..],"rpc":{"timeout_ms":1},"id":1}`; all members behind
/// the method may be missing.
inline bool fast_parse_request_members(fast_cursor in, message& into) noexcept {
    if (!in.take_name(into.method)) {
        return false;
    }
    if (in.take(R"(,"params":)") && !in.take_container(into.params)) {
        return false;
    }
    if (in.take(R"(,"rpc":{"timeout_ms":)")) {
        std::uint64_t timeout = 0;
        if (!in.take_number(timeout) || timeout > 0xffffffffU || !in.take("}")) {
            return false;
        }
        into.timeout = static_cast<std::uint32_t>(timeout);
    }
    if (in.take(R"(,"id":)") && !in.take_digits(into.id)) {
        return false;
    }
    into.has_method = true;
    return in.take("}") && in.is_at_end();
}

/// `{"jsonrpc":"2.0","id":1,"result":..}`.
inline bool fast_parse_result_members(fast_cursor in, message& into) noexcept {
    return in.take_digits(into.id) && in.take(R"(,"result":)") && in.take_value(into.result) &&
           in.take("}") && in.is_at_end();
}

/// A whole result message, for callers that want no more of it than the id and the result. Only ids
/// that a call of this library can have are of this form.
inline bool fast_parse_result(std::string_view text, std::uint64_t& id,
                              std::string_view& result) noexcept {
    fast_cursor in(text);
    if (!in.take(R"({"jsonrpc":"2.0","id":)") || !in.take_number(id) || !in.take(R"(,"result":)")) {
        return false;
    }
    if (in.take_string_before(1, result) || in.take_container_before(1, result)) {
        return text.back() == '}';
    }
    return in.take_value(result) && in.take("}") && in.is_at_end();
}

/// `parse_message` for this library's own form alone.
/// @return false if it has another form; `into` is then as it was.
inline bool fast_parse_message(std::string_view text, message& into) noexcept {
    fast_cursor in(text);
    bool good = false;
    if (in.take(R"({"jsonrpc":"2.0",)")) {
        if (in.take(R"("method":")")) {
            good = fast_parse_request_members(in, into);
        } else if (in.take(R"("id":)")) {
            good = fast_parse_result_members(in, into);
        }
    }
    if (!good) {
        into = message{};
    }
    return good;
}

/// `fast_parse_message` for requests alone, faster still: the end is read first, and the params are
/// delimited by a search for one byte where they have no brackets inside. If the text is JSON, they
/// are what `parse_message` finds; if it is not, reading them fails.
/// @return false if it has another form; `into` is then as it was.
inline bool fast_parse_request(std::string_view text, message& into) noexcept {
    fast_cursor in(text);
    const request_tail tail = fast_request_tail(text);
    if (tail.size != 0 && in.take(R"({"jsonrpc":"2.0","method":")") && in.take_name(into.method) &&
        (!in.take(R"(,"params":)") || in.take_container_before(tail.size, into.params) ||
         in.take_container(into.params)) &&
        in.rest() == tail.size) {
        into.has_method = true;
        into.id = tail.id;
        into.timeout = tail.timeout;
        return true;
    }
    into = message{};
    return false;
}

/// What the requests of one method have in common: `{"jsonrpc":"2.0","method":"m","params":` before
/// the params, and `,"rpc":{"timeout_ms":1},"id":` between them and the id. Who sends one often
/// sends the like again, and two comparisons tell all of it but the params and the id.
class request_pattern {
public:
    /// From here on the likes of this request are known.
    /// @param request  What `fast_parse_request` made of the text.
    void learn(std::string_view text, const message& request) noexcept {
        head_size_ = 0;
        if (request.params.empty() || request.id.empty()) {
            return;
        }
        const auto head = static_cast<std::size_t>(request.params.data() - text.data());
        const char* const behind = request.params.data() + request.params.size();
        const auto tail = static_cast<std::size_t>(request.id.data() - behind);
        if (head > head_.size() || tail > tail_.size()) {
            return;
        }
        std::memcpy(head_.data(), text.data(), head);
        std::memcpy(tail_.data(), behind, tail);
        head_size_ = head;
        tail_size_ = tail;
        timeout_ = request.timeout;
    }

    /// Whether a text is such a request; it is what `fast_parse_request` finds then, too.
    bool takes(std::string_view text, std::string_view& params,
               std::string_view& id) const noexcept {
        // Two bytes of params, one of the id, and the last one.
        if (head_size_ == 0 || text.size() < head_size_ + tail_size_ + 4 || text.back() != '}') {
            return false;
        }
        const char* const first = text.data() + head_size_;
        const char* const last = text.data() + text.size() - 1;
        const char* const digits = begin_of_digits(first, last);
        if (static_cast<std::size_t>(digits - first) < tail_size_ + 2 || digits == last ||
            (*digits == '0' && last - digits != 1) ||
            std::memcmp(text.data(), head_.data(), head_size_) != 0 ||
            std::memcmp(digits - tail_size_, tail_.data(), tail_size_) != 0) {
            return false;
        }
        id = {digits, static_cast<std::size_t>(last - digits)};
        const std::size_t rest = tail_size_ + id.size();
        fast_cursor in({first, static_cast<std::size_t>(last - first)});
        return (in.take_container_before(rest, params) || in.take_container(params)) &&
               in.rest() == rest;
    }

    std::optional<std::uint32_t> timeout() const noexcept { return timeout_; }

private:
    std::array<char, 96> head_{};
    std::array<char, 48> tail_{};
    std::size_t head_size_ = 0;  // zero: nothing is known
    std::size_t tail_size_ = 0;
    std::optional<std::uint32_t> timeout_;
};

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_FAST_MESSAGE_HPP
