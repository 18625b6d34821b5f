// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_STRICT_READER_HPP
#define GATEWIRE_JSON_STRICT_READER_HPP

#include <gatewire/json/fast_skip.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/string.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace rpc::inline v1::codec {

enum class read_failure : unsigned char {
    none,
    syntax,  // the text is not JSON, or nested too deeply
    value    // it is JSON, but not what the type wants; duplicate members belong here
};

/// `root`, the place inside it and the message, as one line.
std::string place_text(std::string_view root, std::string_view where, std::string_view message);

void prepend_member(std::string& where, std::string_view name);

void prepend_element(std::string& where, std::size_t index);

/// Why a text could not be read, and where.
struct read_error {
    read_failure kind = read_failure::none;
    std::string where;       // from the value that was asked for: "[0].price", or empty
    std::string message;     // "expected a number, found a string"
    std::size_t offset = 0;  // of the byte in the text

    /// "params[0].price: expected a number, found a string" for the root "params".
    std::string text(std::string_view root) const { return place_text(root, where, message); }
};

/// Member names of the objects that are open, to find duplicates among them.
///
/// Sorting finds them in n log n whatever the names are, where a hash without a secret seed could
/// be attacked; small objects are compared pair by pair.
class name_stack {
public:
    using mark = std::size_t;

    mark open() const noexcept { return names_.size(); }

    /// @param name      Must stay where it is until the object is closed, unless `volatile_text`.
    /// @param volatile_text  Whether the name's text will be overwritten, so that a copy is needed.
    void add(std::string_view name, bool volatile_text) {
        if (volatile_text) {
            name = copies_.emplace_front(name);
        }
        names_.push_back(name);
    }

    /// Finds two equal names since `from`.
    /// @return Whether there are any; `duplicate` is the name.
    bool find_duplicate(mark from, std::string_view& duplicate);

    std::string_view operator[](mark position) const noexcept { return names_[position]; }

    /// Forgets the names since `from`.
    void close(mark from) {
        names_.resize(from);
        if (from == 0) {
            copies_.clear();
        }
    }

private:
    static constexpr std::size_t few = 12;

    std::vector<std::string_view> names_;
    std::forward_list<std::string> copies_;
};

/// How deep arrays and objects may nest, in what is read and in what is written.
inline constexpr unsigned depth_max = 64;

/// What kind of value starts at the cursor, told from its first byte.
enum class value_kind : unsigned char { none, null, boolean, number, string, array, object };

/// "a string", for messages.
constexpr std::string_view kind_text(value_kind kind) noexcept {
    constexpr std::array<std::string_view, 7> texts = {
        "no value", "null", "a boolean", "a number", "a string", "an array", "an object"};
    return texts[static_cast<std::size_t>(kind)];
}

/// What came of asking for the next member or element.
enum class step : unsigned char {
    item,  // the cursor is at its value
    end,   // the object or array is closed and left
    error  // the reader holds what it is
};

/// The strict way to read: a cursor over one JSON text that takes every form JSON allows, checks
/// all of it, and says what is wrong and where.
///
/// Every operation that can fail returns false (or `step::error`) and leaves the error in the
/// reader; nothing can be read after that. The text must outlive the reader. There need not be a
/// zero byte behind it, and nothing behind it is looked at.
class strict_reader {
public:
    explicit strict_reader(std::string_view text, unsigned depth_limit = depth_max) noexcept
        : at_(text.data()),
          begin_(text.data()),
          end_(text.data() + text.size()),
          budget_(text.size() * 4),
          depth_left_(depth_limit) {}

    const char* at() const noexcept { return at_; }
    const char* end() const noexcept { return end_; }
    std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

    /// Moves the cursor within the text; the depth stays as it is.
    void move_to(const char* at) noexcept { at_ = at; }

    void skip_space() noexcept {
        while (at_ != end_ && is_space(*at_)) {
            ++at_;
        }
    }

    /// The first byte of the next value, 0 at the end of the text.
    char next_byte() noexcept {
        skip_space();
        return at_ != end_ ? *at_ : '\0';
    }

    /// How many more containers may be opened.
    unsigned depth_left() const noexcept { return depth_left_; }
    void set_depth_left(unsigned depth) noexcept { depth_left_ = depth; }

    /// What comes next, told from one byte: the value itself may still turn out malformed.
    value_kind peek() noexcept;

    /// How many bytes containers may still ask for before their elements are there. The text's size
    /// bounds it: who sends little cannot make us ask for much.
    std::size_t exchange_budget(std::size_t bytes) noexcept {
        return std::exchange(budget_, bytes);
    }

    /// Whether only white space is left; otherwise fails.
    bool finish();

    // Values. Each fails when something else is at the cursor.
    bool null();
    bool boolean(bool& value);
    bool number(number_token& token);
    /// The decoded string: a part of the text, or, if it has escapes, of a store that the next
    /// string overwrites.
    bool string(std::string_view& value);
    bool string(std::string& value);

    // Containers.
    bool enter_array() { return enter('[', "an array"); }
    bool enter_object() { return enter('{', "an object"); }
    /// Goes to the next element; `first` starts as true.
    step next_element(bool& first);
    /// Goes to the next member's value; `first` starts as true. The name lives like a `string`.
    step next_member(bool& first, std::string_view& name);

    /// Takes `key` (a name with quotes and colon) as the next member's if exactly that stands
    /// there; otherwise moves nothing.
    bool accept_key(std::string_view key, bool first) noexcept {
        const char* at = at_;
        if (!first) {
            at = skip_spaces(at, end_);
            if (at == end_ || *at != ',') {
                return false;
            }
            ++at;
        }
        at = skip_spaces(at, end_);
        if (static_cast<std::size_t>(end_ - at) < key.size() ||
            std::string_view(at, key.size()) != key) {
            return false;
        }
        at_ = at + key.size();
        return true;
    }

    /// Takes the closing brace if it comes next.
    bool accept_end() noexcept {
        const char* const at = skip_spaces(at_, end_);
        if (at == end_ || *at != '}') {
            return false;
        }
        at_ = at + 1;
        ++depth_left_;
        return true;
    }

    /// Goes behind the closing bracket of the object or array that was entered last.
    void leave_object(const char* behind) noexcept {
        at_ = behind;
        ++depth_left_;
    }

    /// The names of the objects that are open and whose duplicates nobody else would notice.
    name_stack& names() noexcept { return names_; }

    /// Remembers a name for the check for duplicates, wherever its text is kept.
    void add_name(std::string_view name) { names_.add(name, is_in_scratch(name)); }

    /// Fails if two names since `mark` are the same, and forgets them.
    bool close_names(name_stack::mark mark);

    // Errors. All return false, for `return in.fail(...)`.
    bool fail(read_failure kind, std::string message);
    bool fail_value(std::string message) { return fail(read_failure::value, std::move(message)); }
    bool fail_syntax(std::string message) { return fail(read_failure::syntax, std::move(message)); }
    /// The value at the cursor is not `what` ("an integer").
    bool fail_expected(std::string_view what);
    /// What is being handled was thrown while the text was read, by a type of the user's or for
    /// lack of memory. The place is that of the cursor. Only inside of a catch block.
    bool fail_thrown();
    /// Says that the error is inside this member or element of the value that was being read.
    bool inside_member(std::string_view name);
    bool inside_element(std::size_t index);

    bool failed() const noexcept { return failed_; }
    const read_error& error() const { return rare().error; }
    read_error take_error() { return std::move(rare().error); }

private:
    static const char* skip_spaces(const char* at, const char* end) noexcept {
        while (at != end && is_space(*at)) {
            ++at;
        }
        return at;
    }

    bool enter(char bracket, std::string_view what) {
        if (next_byte() != bracket) {
            return fail_expected(what);
        }
        if (depth_left_ == 0) {
            return fail_syntax("nested too deeply");
        }
        --depth_left_;
        ++at_;
        return true;
    }
    step leave() noexcept {
        ++at_;
        ++depth_left_;
        return step::end;
    }
    bool is_in_scratch(std::string_view text) const noexcept {
        return rare_ != nullptr && text.data() == rare_->scratch.data();
    }
    /// What most texts never need: made when it is, so that a reader costs little.
    struct rare_parts {
        std::string scratch;  // the last string with escapes
        read_error error;
    };
    rare_parts& rare() const {
        if (rare_ == nullptr) {
            rare_ = std::make_unique<rare_parts>();
        }
        return *rare_;
    }
    bool literal(std::string_view word);
    step fail_step(std::string_view wanted);

    const char* at_;
    const char* begin_;
    const char* end_;
    std::size_t budget_;
    unsigned depth_left_;
    bool failed_ = false;
    name_stack names_;
    mutable std::unique_ptr<rare_parts> rare_;
};

inline value_kind strict_reader::peek() noexcept {
    switch (next_byte()) {
        case 'n': return value_kind::null;
        case 't':
        case 'f': return value_kind::boolean;
        case '"': return value_kind::string;
        case '[': return value_kind::array;
        case '{': return value_kind::object;
        case '-': return value_kind::number;
        default: return at_ != end_ && is_digit(*at_) ? value_kind::number : value_kind::none;
    }
}

inline step strict_reader::next_element(bool& first) {
    const char byte = next_byte();
    if (byte == ']') {
        return leave();
    }
    if (first) {
        first = false;
        return step::item;
    }
    if (byte != ',') {
        return fail_step("',' or ']'");
    }
    ++at_;
    // Otherwise a comma before the bracket would look like the end.
    return next_byte() == ']' ? fail_step("a value") : step::item;
}

/// Reads an array: runs `read_one()` with the cursor at each element.
template <class Read>
bool read_each_element(strict_reader& in, Read&& read_one) {
    if (!in.enter_array()) {
        return false;
    }
    bool first = true;
    for (std::size_t index = 0;; ++index) {
        const step next = in.next_element(first);
        if (next != step::item) {
            return next == step::end;
        }
        if (!read_one()) {
            return in.inside_element(index);
        }
    }
}

/// Reads an object: runs `read_one(name)` with the cursor at each member's value. The name lives
/// like a `string`, so that `read_one` says by itself in which member it fails.
template <class Read>
bool read_each_member(strict_reader& in, Read&& read_one) {
    if (!in.enter_object()) {
        return false;
    }
    bool first = true;
    std::string_view name;
    for (;;) {
        const step next = in.next_member(first, name);
        if (next != step::item) {
            return next == step::end;
        }
        if (!read_one(name)) {
            return false;
        }
    }
}

/// The JSON kinds that a type's values can have: a set of bits, numbered as `value_kind`.
using shape = unsigned;

constexpr shape shape_of(value_kind kind) noexcept {
    return 1U << static_cast<unsigned>(kind);
}

/// "a number or a string".
std::string shape_text(shape shapes);

/// Moves over any value and checks all of it: grammar, UTF-8, depth, duplicate members. Numbers may
/// be of any size.
bool strict_skip(strict_reader& in);

/// `strict_skip` that gives the text of the value.
inline bool strict_skip_raw(strict_reader& in, std::string_view& raw) {
    in.skip_space();
    const char* const first = in.at();
    if (!strict_skip(in)) {
        return false;
    }
    raw = {first, static_cast<std::size_t>(in.at() - first)};
    return true;
}

/// The fast way over any value, see fast_skip.hpp: brackets and quotes are matched, nothing else is
/// looked at. Gives the value's text, which may be malformed inside; a later read or `validate` of
/// it finds out.
inline bool fast_skip_raw(strict_reader& in, std::string_view& raw) {
    const char first_byte = in.next_byte();
    const char* const first = in.at();
    const char* last = first;
    bool ended = true;
    if (first_byte == '"') {
        last = find_string_end(first + 1, in.end());
        ended = last != in.end();
        last += ended ? 1 : 0;
    } else if (first_byte == '[' || first_byte == '{') {
        bracket_matcher matcher(first, in.end());
        ended = matcher.match();
        last = matcher.at();
    } else {
        last = find_scalar_end(first, in.end());
    }
    in.move_to(last);
    if (last == first || !ended) {
        return in.fail_expected("a value");
    }
    raw = {first, static_cast<std::size_t>(last - first)};
    return true;
}

/// Whether the whole text is one valid value, by the rules of `strict_skip`.
bool validate(std::string_view text, read_error& error);

/// Takes the error of a reader that failed. When the value was not what the type wants, the rest is
/// checked too: a text that is not JSON fails as such wherever it errs. @return False.
bool take_worst_error(std::string_view text, strict_reader& in, read_error& error);

/// What an integer type holds.
struct integer_range {
    std::uint64_t positive_max;
    std::uint64_t negative_max;  // the magnitude of the lowest value
    unsigned bits;
};

template <class Int>
inline constexpr integer_range range_of = {
    static_cast<std::uint64_t>((std::numeric_limits<Int>::max)()),
    std::is_signed_v<Int> ? static_cast<std::uint64_t>((std::numeric_limits<Int>::max)()) + 1 : 0,
    sizeof(Int) * 8};

/// Gives the two's complement of an integral token; fails where the range does not hold it.
bool to_bits(strict_reader& in, const number_token& token, const integer_range& range,
             std::uint64_t& bits);

/// Reads an integer literal within the range; gives its two's complement.
bool strict_read_bits(strict_reader& in, const integer_range& range, std::uint64_t& bits);

template <class Int>
bool strict_read_integer(strict_reader& in, Int& value) {
    std::uint64_t bits = 0;
    if (!strict_read_bits(in, range_of<Int>, bits)) {
        return false;
    }
    value = static_cast<Int>(bits);
    return true;
}

/// Says why a number cannot be held by a floating-point type of so many bits.
bool fail_fit(strict_reader& in, const number_token& token, number_fit fit, unsigned bits);

template <class Float>
bool strict_read_real(strict_reader& in, Float& value) {
    number_token token;
    if (!in.number(token)) {
        return false;
    }
    const number_fit fit = to_float(token, value);
    return fit == number_fit::exact || fail_fit(in, token, fit, sizeof(Float) * 8);
}

/// Names as a message lists them: bounded, whatever their number.
template <class Names>
std::string list_names(const Names& names) {
    constexpr std::size_t size_max = 200;
    std::string list;
    for (const auto& [value, name] : names) {
        if (list.size() > size_max) {
            return list + ", ...";
        }
        list += list.empty() ? "'" : ", '";
        list += printable(name);
        list += '\'';
    }
    return list;
}

template <class Enum, class Names>
bool strict_read_enum_name(strict_reader& in, Enum& value, const Names& names) {
    std::string_view found;
    if (in.peek() != value_kind::string) {
        return in.fail_expected("one of " + list_names(names));
    }
    const char* const start = in.at();
    if (!in.string(found)) {
        return false;
    }
    for (const auto& [candidate, name] : names) {
        if (std::string_view(name) == found) {
            value = candidate;
            return true;
        }
    }
    const std::string echo = printable(found);
    in.move_to(start);
    return in.fail_value("expected one of " + list_names(names) + ", found '" + echo + "'");
}

/// The position of a name that is none of an aggregate's members.
inline constexpr std::size_t no_such_member = ~std::size_t{0};

/// The names of an aggregate, sorted for lookup.
struct name_index {
    std::span<const std::string_view> names;  // in order of declaration
    std::span<const std::uint8_t> sorted;     // positions in `names`

    std::size_t find(std::string_view name) const noexcept;
};

/// What is done with one member of an aggregate, whatever its type.
struct member_actions {
    bool (*read)(strict_reader& in, void* member);
    void (*reset)(void* member);  // null when the member must not be missing
};

/// An aggregate without its type, so that the strict way needs one function for all of them.
struct erased_aggregate {
    name_index names;
    std::span<const member_actions> actions;
    bool may_miss_any;
    void* const* members;
};

/// Reads the members from the `done`-th one on, in any order and with any white space. The fast way
/// has read those before, and gave up at `at`.
bool strict_read_members(strict_reader& in, const char* at, std::size_t done,
                         const erased_aggregate& into);

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/strict_reader_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_STRICT_READER_HPP
