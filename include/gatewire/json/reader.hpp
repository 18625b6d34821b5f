// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READER_HPP
#define GATEWIRE_JSON_READER_HPP

#include <gatewire/json/name_stack.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/read_error.hpp>
#include <gatewire/json/unescape.hpp>
#include <gatewire/json/utf8.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::codec {

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
    error  // the reader holds it
};

/// A cursor over one JSON text and the error that stopped it.
///
/// Every operation that can fail returns false (or `step::error`) and leaves the error in the
/// reader; nothing can be read after that. The text must outlive the reader. There need not be a
/// zero byte behind it, and nothing behind it is looked at.
class reader {
public:
    explicit reader(std::string_view text, unsigned depth_limit = depth_max) noexcept
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

inline value_kind reader::peek() noexcept {
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

inline step reader::next_element(bool& first) {
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

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/reader_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_READER_HPP
