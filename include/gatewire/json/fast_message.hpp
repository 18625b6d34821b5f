// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_FAST_MESSAGE_HPP
#define GATEWIRE_JSON_FAST_MESSAGE_HPP

#include <gatewire/json/block.hpp>
#include <gatewire/json/envelope.hpp>
#include <gatewire/json/fast_skip.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
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
        at_ = skip_plain(at_, end_);
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
    bool take_number(std::uint64_t& number) noexcept {
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
    const char* at_;
    const char* end_;
};

/// The length of what ends a request's text, `,"rpc":{"timeout_ms":1},"id":1}` or the same without
/// `rpc`, or zero if it ends otherwise.
inline std::size_t fast_request_tail(std::string_view text) noexcept {
    constexpr std::string_view id = R"(,"id":)";
    constexpr std::string_view rpc = R"(,"rpc":{"timeout_ms":)";
    const auto digits_before = [text](std::size_t at) {
        while (at != 0 && is_digit(text[at - 1])) {
            --at;
        }
        return at;
    };
    const std::size_t whole = text.size();
    if (whole < 2 || text[whole - 1] != '}') {
        return 0;
    }
    const std::size_t before_id = digits_before(whole - 1);
    if (!text.substr(0, before_id).ends_with(id)) {
        return 0;
    }
    std::size_t begin = before_id - id.size();
    if (begin != 0 && text[begin - 1] == '}') {
        const std::size_t before_timeout = digits_before(begin - 1);
        if (text.substr(0, before_timeout).ends_with(rpc)) {
            begin = before_timeout - rpc.size();
        }
    }
    return whole - begin;
}

/// `{"jsonrpc":"2.0","method":"m","params":[..],"rpc":{"timeout_ms":1},"id":1}`; all members behind
/// the method may be missing.
/// @param tail  The length of what follows the params, as `fast_request_tail` found it, if
///              `take_container_before` is to be tried first; or zero.
inline bool fast_parse_request_members(fast_cursor in, std::size_t tail, message& into) noexcept {
    if (!in.take_name(into.method)) {
        return false;
    }
    if (in.take(R"(,"params":)") && (tail == 0 || !in.take_container_before(tail, into.params)) &&
        !in.take_container(into.params)) {
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
    return in.take(R"({"jsonrpc":"2.0","id":)") && in.take_number(id) && in.take(R"(,"result":)") &&
           (in.take_container_before(1, result) || in.take_value(result)) && in.take("}") &&
           in.is_at_end();
}

/// `parse_message` for this library's own form alone.
/// @return false if it has another form; `into` is then as it was.
inline bool fast_parse_message(std::string_view text, message& into) noexcept {
    fast_cursor in(text);
    bool good = false;
    if (in.take(R"({"jsonrpc":"2.0",)")) {
        if (in.take(R"("method":")")) {
            good = fast_parse_request_members(in, 0, into);
        } else if (in.take(R"("id":)")) {
            good = fast_parse_result_members(in, into);
        }
    }
    if (!good) {
        into = message{};
    }
    return good;
}

/// `fast_parse_message` for requests alone, faster still: the params are delimited by a search for
/// one byte. If the text is JSON, they are what `parse_message` finds; if it is not, reading them
/// fails.
/// @return false if it has another form, or its params brackets inside; `into` is then as it was.
inline bool fast_parse_request(std::string_view text, message& into) noexcept {
    fast_cursor in(text);
    const std::size_t tail = fast_request_tail(text);
    if (tail != 0 && in.take(R"({"jsonrpc":"2.0","method":")") &&
        fast_parse_request_members(in, tail, into)) {
        return true;
    }
    into = message{};
    return false;
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_FAST_MESSAGE_HPP
