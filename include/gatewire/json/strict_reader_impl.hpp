// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_STRICT_READER_IMPL_HPP
#define GATEWIRE_JSON_STRICT_READER_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/thrown.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/json/string.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::codec {

GATEWIRE_INLINE std::string place_text(std::string_view root, std::string_view where,
                                       std::string_view message) {
    // A text without a root starts with a name, not with the dot before it.
    if (root.empty() && where.starts_with('.')) {
        where.remove_prefix(1);
    }
    std::string text(root);
    text += where;
    if (!text.empty()) {
        text += ": ";
    }
    return text += message;
}

GATEWIRE_INLINE void prepend_member(std::string& where, std::string_view name) {
    where.insert(0, "." + printable(name));
}

GATEWIRE_INLINE void prepend_element(std::string& where, std::size_t index) {
    where.insert(0, "[" + std::to_string(index) + "]");
}

GATEWIRE_INLINE bool name_stack::find_duplicate(mark from, std::string_view& duplicate) {
    const auto first = names_.begin() + static_cast<std::ptrdiff_t>(from);
    if (names_.size() - from > few) {
        std::sort(first, names_.end());
        const auto found = std::adjacent_find(first, names_.end());
        if (found != names_.end()) {
            duplicate = *found;
        }
        return found != names_.end();
    }
    for (auto name = first; name != names_.end(); ++name) {
        if (std::find(first, name, *name) != name) {
            duplicate = *name;
            return true;
        }
    }
    return false;
}

/// One byte of the text as it may stand in a message.
inline std::string byte_text(char character) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte < 0x7F) {
        return {'\'', character, '\''};
    }
    constexpr std::string_view digits = "0123456789abcdef";
    return std::string("byte 0x") + digits[byte >> 4U] + digits[byte & 15U];
}

GATEWIRE_INLINE bool strict_reader::finish() {
    skip_space();
    return at_ == end_ || fail_syntax("expected the end of the text, found " + byte_text(*at_));
}

GATEWIRE_INLINE bool strict_reader::literal(std::string_view word) {
    if (static_cast<std::size_t>(end_ - at_) < word.size() ||
        std::memcmp(at_, word.data(), word.size()) != 0) {
        return fail_syntax("expected " + std::string(word));
    }
    at_ += word.size();
    return true;
}

GATEWIRE_INLINE bool strict_reader::null() {
    return next_byte() == 'n' ? literal("null") : fail_expected("null");
}

GATEWIRE_INLINE bool strict_reader::boolean(bool& value) {
    const char first = next_byte();
    if (first != 't' && first != 'f') {
        return fail_expected("a boolean");
    }
    value = first == 't';
    return literal(value ? "true" : "false");
}

GATEWIRE_INLINE bool strict_reader::number(number_token& token) {
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

GATEWIRE_INLINE bool strict_reader::string(std::string_view& value) {
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

GATEWIRE_INLINE bool strict_reader::string(std::string& value) {
    std::string_view text;
    if (!string(text)) {
        return false;
    }
    value = text;
    return true;
}

GATEWIRE_INLINE step strict_reader::fail_step(std::string_view wanted) {
    std::string message = "expected ";
    message += wanted;
    message += ", found ";
    message += at_ == end_ ? "the end of the text" : byte_text(*at_);
    fail_syntax(std::move(message));
    return step::error;
}

GATEWIRE_INLINE step strict_reader::next_member(bool& first, std::string_view& name) {
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

GATEWIRE_INLINE bool strict_reader::close_names(name_stack::mark mark) {
    std::string_view duplicate;
    if (names_.find_duplicate(mark, duplicate)) {
        return fail_value("duplicate member '" + printable(duplicate) + "'");
    }
    names_.close(mark);
    return true;
}

GATEWIRE_INLINE bool strict_reader::fail(read_failure kind, std::string message) {
    failed_ = true;
    read_error& error = rare().error;
    error.kind = kind;
    error.where.clear();
    error.message = std::move(message);
    error.offset = offset();
    return false;
}

GATEWIRE_INLINE bool strict_reader::fail_expected(std::string_view what) {
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

GATEWIRE_INLINE bool strict_reader::inside_member(std::string_view name) {
    prepend_member(rare().error.where, name);
    return false;
}

GATEWIRE_INLINE bool strict_reader::inside_element(std::size_t index) {
    prepend_element(rare().error.where, index);
    return false;
}

GATEWIRE_INLINE std::string shape_text(shape shapes) {
    std::string text;
    for (unsigned kind = 1; kind <= static_cast<unsigned>(value_kind::object); ++kind) {
        if ((shapes >> kind & 1U) != 0) {
            text += text.empty() ? "" : " or ";
            text += kind_text(static_cast<value_kind>(kind));
        }
    }
    return text;
}

/// Takes a member that nobody knows, and its name for the check for duplicates.
inline bool strict_skip_member(strict_reader& in, std::string_view name) {
    const name_stack::mark position = in.names().open();
    in.add_name(name);
    return strict_skip(in) || in.inside_member(in.names()[position]);
}

inline bool strict_skip_object(strict_reader& in) {
    const name_stack::mark mark = in.names().open();
    return read_each_member(
               in, [&in](std::string_view name) { return strict_skip_member(in, name); }) &&
           in.close_names(mark);
}

GATEWIRE_INLINE bool strict_skip(strict_reader& in) {
    switch (in.peek()) {
        case value_kind::null: return in.null();
        case value_kind::array: return read_each_element(in, [&in] { return strict_skip(in); });
        case value_kind::object: return strict_skip_object(in);
        case value_kind::boolean: {
            bool value = false;
            return in.boolean(value);
        }
        case value_kind::number: {
            number_token token;
            return in.number(token);
        }
        case value_kind::string: {
            std::string_view value;
            return in.string(value);
        }
        case value_kind::none: break;
    }
    return in.fail_expected("a value");
}

GATEWIRE_INLINE bool validate(std::string_view text, read_error& error) {
    strict_reader in(text);
    if (strict_skip(in) && in.finish()) {
        return true;
    }
    error = in.take_error();
    return false;
}

/// Goes into the member or element in which a byte stands, if it stands in one, and notes which.
inline bool enter_towards(const char* sought, strict_reader& in, std::string& where) {
    const bool is_array = in.peek() == value_kind::array;
    const bool is_object = in.peek() == value_kind::object;
    if (sought <= in.at() || !(is_array || is_object)) {
        return false;
    }
    bool first = true;
    std::string_view name;
    if (!(is_array ? in.enter_array() : in.enter_object())) {
        return false;
    }
    for (std::size_t index = 0;; ++index) {
        if ((is_array ? in.next_element(first) : in.next_member(first, name)) != step::item) {
            return false;
        }
        std::string_view raw;
        const char* const begin = in.at();
        const std::string place =
            is_array ? "[" + std::to_string(index) + "]" : "." + printable(name);
        if (!fast_skip_raw(in, raw) || sought <= in.at()) {
            where += place;
            in.move_to(begin);
            return true;
        }
    }
}

GATEWIRE_INLINE bool strict_reader::fail_thrown() {
    const char* const sought = at_;
    fail_value(printable(rpc::detail::thrown_text(), 200));
    strict_reader again(std::string_view(begin_, static_cast<std::size_t>(end_ - begin_)));
    while (enter_towards(sought, again, rare().error.where)) {
    }
    return false;
}

GATEWIRE_INLINE bool take_worst_error(std::string_view text, strict_reader& in, read_error& error) {
    error = in.take_error();
    read_error other;
    if (error.kind == read_failure::value && !validate(text, other) &&
        other.kind == read_failure::syntax) {
        error = std::move(other);
    }
    return false;
}

/// A number as it may stand in a message: bounded.
inline std::string number_text(const number_token& token) {
    constexpr std::size_t size_max = 32;
    const std::string_view text = token.view();
    return text.size() <= size_max ? std::string(text)
                                   : "a number of " + std::to_string(text.size()) + " characters";
}

/// Says that a number does not fit the type.
GATEWIRE_COLD inline bool fail_range(strict_reader& in, const number_token& token,
                                     const integer_range& range) {
    in.move_to(token.first);
    return in.fail_value(number_text(token) + " is out of range for " +
                         (range.bits == 8 ? "an " : "a ") + std::to_string(range.bits) + "-bit " +
                         (range.negative_max == 0 ? "unsigned integer" : "integer"));
}

GATEWIRE_INLINE bool to_bits(strict_reader& in, const number_token& token,
                             const integer_range& range, std::uint64_t& bits) {
    std::uint64_t magnitude = 0;
    if (!to_magnitude(token, magnitude) ||
        magnitude > (token.negative ? range.negative_max : range.positive_max)) {
        return fail_range(in, token, range);
    }
    bits = token.negative ? std::uint64_t{0} - magnitude : magnitude;
    return true;
}

GATEWIRE_INLINE bool strict_read_bits(strict_reader& in, const integer_range& range,
                                      std::uint64_t& bits) {
    if (const value_kind found = in.peek();
        found != value_kind::number && found != value_kind::none) {
        return in.fail_expected("an integer");
    }
    number_token token;
    if (!in.number(token)) {
        return false;
    }
    if (!token.integral()) {
        in.move_to(token.first);
        return in.fail_value(token.fraction
                                 ? "expected an integer, found a number with a fraction"
                                 : "expected an integer, found a number with an exponent");
    }
    return to_bits(in, token, range, bits);
}

GATEWIRE_COLD GATEWIRE_INLINE bool fail_fit(strict_reader& in, const number_token& token,
                                            number_fit fit, unsigned bits) {
    in.move_to(token.first);
    return in.fail_value(
        number_text(token) +
        (fit == number_fit::inexact ? " would be rounded by a " : " is out of range for a ") +
        std::to_string(bits) + "-bit floating-point number");
}

GATEWIRE_INLINE std::size_t name_index::find(std::string_view name) const noexcept {
    const auto found = std::lower_bound(
        sorted.begin(), sorted.end(), name,
        [this](std::uint8_t index, std::string_view key) { return names[index] < key; });
    return found != sorted.end() && names[*found] == name ? *found : no_such_member;
}

/// The members of one object that have been met.
struct met_members {
    std::uint64_t bits = 0;    // one for each member of the aggregate, which has at most 64
    name_stack::mark mark;     // where the names of unknown members begin
    bool first = true;         // none yet
    std::size_t expected = 0;  // most likely the next one

    bool has(std::size_t index) const noexcept { return (bits >> index & 1U) != 0; }
    void add(std::size_t index) noexcept {
        bits |= std::uint64_t{1} << index;
        expected = index + 1;
        first = false;
    }
};

/// Takes the name of the aggregate's next member if it comes next here, too. Then a text with white
/// space, which the fast way does not take, needs no search for names either.
inline bool accept_expected(strict_reader& in, const name_index& names,
                            const met_members& met) noexcept {
    if (met.expected >= names.names.size() || met.has(met.expected)) {
        return false;
    }
    const std::string_view name = names.names[met.expected];
    // Around the name there are its quotes and the colon.
    return in.accept_key({name.data() - 1, name.size() + 3}, met.first);
}

/// Goes to the next member the aggregate knows and gives its number. Unknown ones are checked and
/// ignored, so that peers can add members; duplicates are refused among them too.
inline step next_known_member(strict_reader& in, const name_index& names, met_members& met,
                              std::size_t& index) {
    if (accept_expected(in, names, met)) {
        index = met.expected;
        met.add(index);
        return step::item;
    }
    std::string_view name;
    for (;;) {
        const step next = in.next_member(met.first, name);
        if (next == step::end) {
            return in.close_names(met.mark) ? step::end : step::error;
        }
        if (next == step::error) {
            return next;
        }
        index = names.find(name);
        if (index == no_such_member) {
            if (!strict_skip_member(in, name)) {
                return step::error;
            }
        } else if (met.has(index)) {
            in.fail_value("duplicate member '" + std::string(names.names[index]) + "'");
            return step::error;
        } else {
            met.add(index);
            return step::item;
        }
    }
}

inline bool fill_missing_members(strict_reader& in, const met_members& met,
                                 const erased_aggregate& into) {
    for (std::size_t index = 0; index != into.actions.size(); ++index) {
        if (met.has(index) || into.may_miss_any) {
            continue;
        }
        if (into.actions[index].reset == nullptr) {
            return in.fail_value("missing member '" + std::string(into.names.names[index]) + "'");
        }
        into.actions[index].reset(into.members[index]);
    }
    return true;
}

/// Reads the members in whatever order they come, from the `done`-th one on.
inline bool strict_read_in_any_order(strict_reader& in, std::size_t done,
                                     const erased_aggregate& into) {
    met_members met{done == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << done) - 1,
                    in.names().open(), done == 0, done};
    std::size_t index = 0;
    step next = step::item;
    while ((next = next_known_member(in, into.names, met, index)) == step::item) {
        if (!into.actions[index].read(in, into.members[index])) {
            return in.inside_member(into.names.names[index]);
        }
    }
    return next == step::end && fill_missing_members(in, met, into);
}

GATEWIRE_INLINE bool strict_read_members(strict_reader& in, const char* at, std::size_t done,
                                         const erased_aggregate& into) {
    if (in.failed()) {
        return in.inside_member(into.names.names[done]);
    }
    in.move_to(at);
    return (done == into.actions.size() && in.accept_end()) ||
           strict_read_in_any_order(in, done, into);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_STRICT_READER_IMPL_HPP
