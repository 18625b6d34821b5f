// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READER_IMPL_HPP
#define GATEWIRE_JSON_READER_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/reader.hpp>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::codec {

/// One byte of the text as it may stand in a message.
inline std::string byte_text(char character) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte < 0x7F) {
        return {'\'', character, '\''};
    }
    constexpr std::string_view digits = "0123456789abcdef";
    return std::string("byte 0x") + digits[byte >> 4U] + digits[byte & 15U];
}

GATEWIRE_INLINE bool reader::finish() {
    skip_space();
    return at_ == end_ || fail_syntax("expected the end of the text, found " + byte_text(*at_));
}

GATEWIRE_INLINE bool reader::literal(std::string_view word) {
    if (static_cast<std::size_t>(end_ - at_) < word.size() ||
        std::memcmp(at_, word.data(), word.size()) != 0) {
        return fail_syntax("expected " + std::string(word));
    }
    at_ += word.size();
    return true;
}

GATEWIRE_INLINE bool reader::null() {
    return next_byte() == 'n' ? literal("null") : fail_expected("null");
}

GATEWIRE_INLINE bool reader::boolean(bool& value) {
    const char first = next_byte();
    if (first != 't' && first != 'f') {
        return fail_expected("a boolean");
    }
    value = first == 't';
    return literal(value ? "true" : "false");
}

GATEWIRE_INLINE bool reader::number(number_token& token) {
    skip_space();
    if (scan_number(at_, end_, token)) {
        at_ = token.last;
        return true;
    }
    if (at_ == token.last) {
        return fail_expected("a number");
    }
    at_ = token.last;
    return fail_syntax("a malformed number");
}

GATEWIRE_INLINE bool reader::string(std::string_view& value) {
    if (next_byte() != '"') {
        return fail_expected("a string");
    }
    const char* const first = at_ + 1;
    const char* const stop = skip_verbatim(first, end_);
    if (stop != end_ && *stop == '"') {
        value = {first, static_cast<std::size_t>(stop - first)};
        at_ = stop + 1;
        return true;
    }
    std::string& scratch = rare().scratch;
    scratch.clear();
    const string_end result = unescape(first, end_, scratch);
    at_ = result.at;
    if (result.failure != nullptr) {
        return fail_syntax(result.failure);
    }
    value = scratch;
    ++at_;
    return true;
}

GATEWIRE_INLINE bool reader::string(std::string& value) {
    if (next_byte() != '"') {
        return fail_expected("a string");
    }
    const char* const first = at_ + 1;
    const char* const stop = skip_verbatim(first, end_);
    if (stop != end_ && *stop == '"') {
        value.assign(first, static_cast<std::size_t>(stop - first));
        at_ = stop + 1;
        return true;
    }
    value.clear();
    const string_end result = unescape(first, end_, value);
    at_ = result.at;
    if (result.failure != nullptr) {
        return fail_syntax(result.failure);
    }
    ++at_;
    return true;
}

GATEWIRE_INLINE step reader::fail_step(std::string_view wanted) {
    std::string message = "expected ";
    message += wanted;
    message += ", found ";
    message += at_ == end_ ? "the end of the text" : byte_text(*at_);
    fail_syntax(std::move(message));
    return step::error;
}

GATEWIRE_INLINE step reader::next_member(bool& first, std::string_view& name) {
    const char byte = next_byte();
    if (byte == '}') {
        return leave();
    }
    if (!first) {
        if (byte != ',') {
            return fail_step("',' or '}'");
        }
        ++at_;
    }
    first = false;
    if (next_byte() != '"') {
        return fail_step("a member name");
    }
    if (!string(name)) {
        return step::error;
    }
    if (next_byte() != ':') {
        return fail_step("':'");
    }
    ++at_;
    return step::item;
}

GATEWIRE_INLINE bool reader::close_names(name_stack::mark mark) {
    std::string_view duplicate;
    if (names_.find_duplicate(mark, duplicate)) {
        return fail_value("duplicate member '" + printable(duplicate) + "'");
    }
    names_.close(mark);
    return true;
}

GATEWIRE_INLINE bool reader::fail(read_failure kind, std::string message) {
    failed_ = true;
    read_error& error = rare().error;
    error.kind = kind;
    error.where.clear();
    error.message = std::move(message);
    error.offset = offset();
    return false;
}

GATEWIRE_INLINE bool reader::fail_expected(std::string_view what) {
    std::string message = "expected ";
    message += what;
    message += ", found ";
    const value_kind found = peek();
    if (found != value_kind::none) {
        message += kind_text(found);
        return fail_value(std::move(message));
    }
    message += at_ == end_ ? "the end of the text" : byte_text(*at_);
    return fail_syntax(std::move(message));
}

GATEWIRE_INLINE bool reader::inside_member(std::string_view name) {
    prepend_member(rare().error.where, name);
    return false;
}

GATEWIRE_INLINE bool reader::inside_element(std::size_t index) {
    prepend_element(rare().error.where, index);
    return false;
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_READER_IMPL_HPP
