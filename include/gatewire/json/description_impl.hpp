// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DESCRIPTION_IMPL_HPP
#define GATEWIRE_JSON_DESCRIPTION_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/description.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/json/string.hpp>
#include <gatewire/json/write_scalar.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::codec {

inline void append_quoted(std::string& text, std::string_view name) {
    text += '"';
    for (const char character : name) {
        if (character == '"' || character == '\\') {
            text += '\\';
        }
        text += character;
    }
    text += '"';
}

/// The places of the names in the order of their texts.
inline std::vector<std::size_t> order_of(const std::vector<std::string>& names, std::size_t count) {
    std::vector<std::size_t> order;
    for (std::size_t index = 0; index != count; ++index) {
        // Few and mostly in order; a sort of the standard library is a large thing to compile.
        std::size_t at = order.size();
        while (at != 0 && index < names.size() && names[index] < names[order[at - 1]]) {
            --at;
        }
        order.insert(order.begin() + static_cast<std::ptrdiff_t>(at), index);
    }
    return order;
}

GATEWIRE_INLINE void append_canonical(std::string& text, const type_description& type) {
    text += described_texts[static_cast<std::size_t>(type.kind)];
    text.append(" ").append(std::to_string(type.bits));
    text.append(type.has_sign ? "s" : "").append(type.indexed ? "i" : "");
    text.append(type.defaults ? "d" : "").append(" ").append(std::to_string(type.length));
    text.append(" ").append(type.unit).append(" ").append(type.clock).append("(");
    const std::size_t count = (std::max)(type.names.size(), type.elements.size());
    for (const std::size_t index : order_of(type.names, count)) {
        if (index < type.names.size()) {
            append_quoted(text, type.names[index]);
        }
        if (index < type.elements.size()) {
            append_canonical(text, type.elements[index]);
        }
        text += ',';
    }
    text += ')';
}

GATEWIRE_INLINE std::uint64_t fingerprint(const type_description& type) {
    std::string text;
    append_canonical(text, type);
    return fingerprint_of(text);
}

GATEWIRE_COLD GATEWIRE_INLINE void write_descriptions(wire::buffer& out,
                                                      const std::vector<type_description>& types) {
    char separator = '[';
    for (const type_description& type : types) {
        out.append(separator);
        separator = ',';
        write_description(out, type);
    }
    out.append(types.empty() ? std::string_view("[]") : std::string_view("]"));
}

/// The members of one description as they are written one after the other.
class description_writer {
public:
    explicit description_writer(wire::buffer& out) : out_(out) {}

    GATEWIRE_COLD void key(std::string_view name) {
        out_.append(separator_);
        separator_ = ',';
        write_text_lossy(out_, name);
        out_.append(':');
    }
    GATEWIRE_COLD void text(std::string_view name, std::string_view value) {
        if (!value.empty()) {
            key(name);
            write_text_lossy(out_, value);
        }
    }
    GATEWIRE_COLD void count(std::string_view name, std::uint64_t value) {
        if (value != 0) {
            key(name);
            write_integer(out_, value);
        }
    }
    GATEWIRE_COLD void flag(std::string_view name, bool value) {
        if (value) {
            key(name);
            out_.append("true");
        }
    }
    void end() { out_.append(separator_ == '{' ? std::string_view("{}") : std::string_view("}")); }

private:
    wire::buffer& out_;
    char separator_ = '{';
};

/// The members of an object, in the order of their names.
GATEWIRE_COLD inline void write_described_members(wire::buffer& out, const type_description& type) {
    description_writer members(out);
    for (const std::size_t place : order_of(type.names, type.elements.size())) {
        members.key(type.names[place]);
        write_description(out, type.elements[place]);
    }
    members.end();
}

GATEWIRE_COLD inline void write_described_names(wire::buffer& out,
                                                const std::vector<std::string>& names) {
    char separator = '[';
    for (const std::string& name : names) {
        out.append(separator);
        separator = ',';
        write_text_lossy(out, name);
    }
    out.append(']');
}

GATEWIRE_COLD GATEWIRE_INLINE void write_description(wire::buffer& out,
                                                     const type_description& type) {
    const bool is_object = type.kind == described::object;
    description_writer members(out);
    members.count("bits", type.bits);
    members.text("clock", type.clock);
    members.flag("defaults", type.defaults);
    if (!is_object && !type.elements.empty()) {
        members.key("elements");
        write_descriptions(out, type.elements);
    }
    members.flag("indexed", type.indexed);
    members.text("kind", described_texts[static_cast<std::size_t>(type.kind)]);
    members.count("length", type.length);
    if (is_object) {
        members.key("members");
        write_described_members(out, type);
    }
    members.text("name", type.name);
    if (!is_object && !type.names.empty()) {
        members.key("names");
        write_described_names(out, type.names);
    }
    members.flag("signed", type.has_sign);
    members.text("unit", type.unit);
    members.end();
}

/// How many elements a kind has, or -1 for any number.
constexpr int element_count(described kind) noexcept {
    switch (kind) {
        case described::object:
        case described::variant:
        case described::tuple: return -1;
        case described::optional:
        case described::fixed_array:
        case described::array:
        case described::set:
        case described::map:
        case described::duration:
        case described::time_point: return 1;
        default: return 0;
    }
}

/// Reads descriptions from a text that nobody vouches for.
class description_reader {
public:
    explicit description_reader(strict_reader& in) : in_(in) {}

    GATEWIRE_COLD bool list(std::vector<type_description>& types) {
        return read_each_element(in_, [&] { return description(types.emplace_back()); });
    }

private:
    /// Members and names have one place in a description, where only the kind tells which is meant.
    struct parts {
        bool has_kind = false;
        bool has_members = false;
        bool has_names = false;
        std::vector<std::string> member_names{};
        std::vector<type_description> members{};
    };

    template <class Read>
    GATEWIRE_COLD bool each_member(Read&& read_one) {
        return read_each_member(in_, [&](std::string_view name) {
            const std::string key(name);
            return read_one(key) || in_.inside_member(key);
        });
    }

    GATEWIRE_COLD bool description(type_description& type) {
        parts found;
        return each_member([&](std::string_view name) { return member(name, type, found); }) &&
               complete(type, found);
    }

    GATEWIRE_COLD bool member(std::string_view name, type_description& type, parts& found) {
        if (name == "bits") {
            return strict_read_integer(in_, type.bits);
        }
        if (name == "length") {
            return strict_read_integer(in_, type.length);
        }
        const std::pair<std::string_view, bool*> flags[] = {
            {"signed", &type.has_sign}, {"indexed", &type.indexed}, {"defaults", &type.defaults}};
        for (const auto& [key, flag] : flags) {
            if (name == key) {
                return in_.boolean(*flag);
            }
        }
        const std::pair<std::string_view, std::string*> texts[] = {
            {"unit", &type.unit}, {"clock", &type.clock}, {"name", &type.name}};
        for (const auto& [key, text] : texts) {
            if (name == key) {
                return in_.string(*text);
            }
        }
        if (name == "kind") {
            found.has_kind = true;
            return kind(type.kind);
        }
        if (name == "members") {
            found.has_members = true;
            return each_member([&](const std::string& key) {
                found.member_names.push_back(key);
                return description(found.members.emplace_back());
            });
        }
        if (name == "names") {
            found.has_names = true;
            return read_each_element(in_, [&] { return in_.string(type.names.emplace_back()); });
        }
        return name == "elements" ? list(type.elements) : strict_skip(in_);
    }

    GATEWIRE_COLD bool kind(described& kind) {
        std::string_view text;
        if (!in_.string(text)) {
            return false;
        }
        const auto found = std::find(described_texts.begin(), described_texts.end(), text);
        if (found == described_texts.end()) {
            return in_.fail_value("an unknown kind of type");
        }
        kind = static_cast<described>(found - described_texts.begin());
        return true;
    }

    GATEWIRE_COLD bool complete(type_description& type, parts& found) {
        if (!found.has_kind) {
            return in_.fail_value("a description without a kind");
        }
        if (type.kind == described::object) {
            type.names = std::move(found.member_names);
            type.elements = std::move(found.members);
            return found.has_members || in_.fail_value("an object without members");
        }
        if (type.kind != described::enumeration) {
            type.names.clear();
        } else if (!found.has_names) {
            return in_.fail_value("an enum without names");
        }
        const int count = element_count(type.kind);
        return count < 0 || type.elements.size() == static_cast<std::size_t>(count) ||
               in_.fail_value("a description of a type with the wrong number of elements");
    }

    strict_reader& in_;
};

GATEWIRE_COLD GATEWIRE_INLINE bool read_descriptions(std::string_view text,
                                                     std::vector<type_description>& types,
                                                     read_error& error) {
    strict_reader in(text);
    return (description_reader(in).list(types) && in.finish()) || take_worst_error(text, in, error);
}

/// A described type together with the objects around it, which its references mean.
struct described_place {
    const type_description* type;
    std::vector<const type_description*> enclosing;

    /// The type of an element.
    GATEWIRE_COLD described_place inside(const type_description& element) const {
        described_place place{&element, enclosing};
        if (type->kind == described::object) {
            place.enclosing.push_back(type);
        }
        return place;
    }
    GATEWIRE_COLD described_place inside(std::size_t index) const {
        return inside(type->elements[index]);
    }

    /// Follows a reference; false when it points nowhere.
    GATEWIRE_COLD bool resolve() {
        if (type->kind == described::reference) {
            if (type->length >= enclosing.size()) {
                return false;
            }
            const std::size_t outer = enclosing.size() - 1 - type->length;
            type = enclosing[outer];
            enclosing.resize(outer);
        }
        return true;
    }
};

/// "integer", or "64-bit unsigned integer" where the kind alone does not tell the difference.
GATEWIRE_COLD inline std::string described_text(const type_description& type, bool in_detail) {
    std::string text(described_texts[static_cast<std::size_t>(type.kind)]);
    if (type.kind == described::optional) {
        return "optional " + described_text(type.elements.front(), in_detail);
    }
    if (!in_detail) {
        return text;
    }
    if (type.kind == described::integer || type.kind == described::number) {
        const bool no_sign = type.kind == described::integer && !type.has_sign;
        return std::to_string(type.bits) + "-bit " + (no_sign ? "unsigned " : "") + text;
    }
    if (type.kind == described::duration || type.kind == described::time_point) {
        text += " in " + printable(type.unit) + " s";
        return type.clock.empty() ? text : text + " of " + printable(type.clock);
    }
    if (type.kind == described::fixed_array || type.kind == described::tuple) {
        const std::size_t size = type.kind == described::tuple ? type.elements.size() : type.length;
        return text + " of " + std::to_string(size);
    }
    return text;
}

/// Whether a value is one of several that its JSON kind tells apart.
GATEWIRE_COLD inline bool is_choice(const type_description& type) {
    return type.kind == described::optional || (type.kind == described::variant && !type.indexed);
}

/// Compares what one end writes with what the other reads.
class comparison {
public:
    comparison(std::string root, std::string_view writer_word, std::string_view reader_word)
        : where_(std::move(root)), writer_word_(writer_word), reader_word_(reader_word) {}

    /// Whether the reader takes everything that the writer can write; else `failure` is set.
    bool accepts(described_place writer, described_place strict_reader);

    const std::string& failure() const noexcept { return failure_; }

private:
    bool accepts_same_kind(const described_place& writer, const described_place& strict_reader);
    bool accepts_object(const described_place& writer, const described_place& strict_reader);
    bool accepts_names(const type_description& writer, const type_description& strict_reader);
    bool accepts_each(const described_place& writer, const described_place& strict_reader);
    bool accepts_elements(const char* segment, const described_place& writer,
                          const described_place& strict_reader);
    bool accepts_every_choice(const described_place& writer, const described_place& strict_reader);
    bool accepts_some_choice(const described_place& writer, const described_place& strict_reader);
    bool accepts_indexed(const described_place& writer, const described_place& strict_reader);
    bool tries(const described_place& writer, const described_place& strict_reader);
    bool accepts_inside(const std::string& segment, const described_place& writer,
                        const described_place& strict_reader);
    bool differ(const type_description& writer, const type_description& strict_reader);
    bool fail(const std::string& text);

    std::string where_;
    std::string_view writer_word_;
    std::string_view reader_word_;
    std::string failure_;
    // One end's type comes from a peer, who could make variants of variants without end.
    std::size_t steps_left_ = 10'000;
    // Pairs of objects that are being or have been compared: recursive types end here.
    std::vector<std::pair<const type_description*, const type_description*>> met_;
};

GATEWIRE_COLD inline bool comparison::fail(const std::string& text) {
    failure_ = where_.empty() ? text : where_ + ": " + text;
    return false;
}

GATEWIRE_COLD inline bool comparison::differ(const type_description& writer,
                                             const type_description& strict_reader) {
    std::string one = described_text(writer, false);
    std::string other = described_text(strict_reader, false);
    if (one == other) {
        one = described_text(writer, true);
        other = described_text(strict_reader, true);
    }
    one += ' ';
    one += writer_word_;
    other += ' ';
    other += reader_word_;
    return fail(one + ", " + other);
}

GATEWIRE_COLD inline bool comparison::accepts_inside(const std::string& segment,
                                                     const described_place& writer,
                                                     const described_place& strict_reader) {
    const std::size_t size = where_.size();
    where_ += segment;
    const bool accepted = accepts(writer, strict_reader);
    where_.resize(size);
    return accepted;
}

/// Whether each element that the writer's array-like type can hold is taken by the reader's.
GATEWIRE_COLD inline bool comparison::accepts_elements(const char* segment,
                                                       const described_place& writer,
                                                       const described_place& strict_reader) {
    for (std::size_t index = 0; index != writer.type->elements.size(); ++index) {
        if (!accepts_inside(segment, writer.inside(index), strict_reader.inside(std::size_t{0}))) {
            return false;
        }
    }
    return true;
}

GATEWIRE_COLD inline bool comparison::accepts_each(const described_place& writer,
                                                   const described_place& strict_reader) {
    const auto size_of = [](const type_description& type) {
        return type.kind == described::fixed_array ? type.length : type.elements.size();
    };
    const auto element_of = [](const described_place& place, std::size_t index) {
        return place.inside(place.type->kind == described::fixed_array ? 0 : index);
    };
    if (size_of(*writer.type) != size_of(*strict_reader.type)) {
        return differ(*writer.type, *strict_reader.type);
    }
    if (size_of(*writer.type) == 0) {
        return true;
    }
    const std::size_t count =
        (std::max)(writer.type->elements.size(), strict_reader.type->elements.size());
    for (std::size_t index = 0; index != count; ++index) {
        if (!accepts_inside("[" + std::to_string(index) + "]", element_of(writer, index),
                            element_of(strict_reader, index))) {
            return false;
        }
    }
    return true;
}

GATEWIRE_COLD inline bool comparison::accepts_names(const type_description& writer,
                                                    const type_description& strict_reader) {
    for (const std::string& name : writer.names) {
        if (std::find(strict_reader.names.begin(), strict_reader.names.end(), name) ==
            strict_reader.names.end()) {
            return fail("'" + printable(name) + "' " + std::string(writer_word_) +
                        ", no such name " + std::string(reader_word_));
        }
    }
    return true;
}

GATEWIRE_COLD inline bool comparison::accepts_object(const described_place& writer,
                                                     const described_place& strict_reader) {
    const std::pair objects{writer.type, strict_reader.type};
    if (std::find(met_.begin(), met_.end(), objects) != met_.end()) {
        return true;
    }
    met_.push_back(objects);
    const auto& names = writer.type->names;
    for (std::size_t index = 0; index != strict_reader.type->names.size(); ++index) {
        const std::string& name = strict_reader.type->names[index];
        const std::string segment = (where_.empty() ? "" : ".") + printable(name);
        const auto found = std::find(names.begin(), names.end(), name);
        const described_place member = strict_reader.inside(index);
        if (found != names.end()) {
            const auto at = static_cast<std::size_t>(found - names.begin());
            if (!accepts_inside(segment, writer.inside(at), member)) {
                return false;
            }
        } else if (!strict_reader.type->defaults && member.type->kind != described::optional) {
            where_ += segment;
            return fail("missing " + std::string(writer_word_) + ", required " +
                        std::string(reader_word_));
        }
    }
    return true;
}

/// A value that is one of several fits if each of them does; which one it is, is not known.
GATEWIRE_COLD inline bool comparison::accepts_every_choice(const described_place& writer,
                                                           const described_place& strict_reader) {
    const type_description null{.kind = described::null};
    const bool optional = writer.type->kind == described::optional;
    if (optional && strict_reader.type->kind == described::optional) {
        return accepts(writer.inside(std::size_t{0}), strict_reader.inside(std::size_t{0}));
    }
    const auto fits = [&](const type_description& choice) {
        return tries(writer.inside(choice), strict_reader);
    };
    const auto& choices = writer.type->elements;
    return ((!optional || fits(null)) && std::all_of(choices.begin(), choices.end(), fits)) ||
           differ(*writer.type, *strict_reader.type);
}

/// A reader that takes one of several takes what any of them does.
GATEWIRE_COLD inline bool comparison::accepts_some_choice(const described_place& writer,
                                                          const described_place& strict_reader) {
    if (strict_reader.type->kind == described::optional) {
        return writer.type->kind == described::null ||
               accepts(writer, strict_reader.inside(std::size_t{0}));
    }
    const auto& choices = strict_reader.type->elements;
    const auto fits = [&](const type_description& choice) {
        return tries(writer, strict_reader.inside(choice));
    };
    return std::any_of(choices.begin(), choices.end(), fits) ||
           differ(*writer.type, *strict_reader.type);
}

/// `accepts` whose failure leaves no trace, for one of several ways.
GATEWIRE_COLD inline bool comparison::tries(const described_place& writer,
                                            const described_place& strict_reader) {
    const std::size_t met = met_.size();
    const std::string where = where_;
    if (accepts(writer, strict_reader)) {
        return true;
    }
    met_.resize(met);
    where_ = where;
    return false;
}

GATEWIRE_COLD inline bool comparison::accepts_same_kind(const described_place& writer,
                                                        const described_place& strict_reader) {
    const type_description& one = *writer.type;
    const type_description& other = *strict_reader.type;
    switch (one.kind) {
        case described::integer: {
            const unsigned digits = one.bits - (one.has_sign ? 1 : 0);
            const unsigned room = other.bits - (other.has_sign ? 1 : 0);
            return (digits <= room && (other.has_sign || !one.has_sign)) || differ(one, other);
        }
        case described::number: return one.bits <= other.bits || differ(one, other);
        case described::enumeration: return accepts_names(one, other);
        case described::object: return accepts_object(writer, strict_reader);
        case described::duration:
        case described::time_point:
            if (one.unit != other.unit || one.clock != other.clock) {
                return differ(one, other);
            }
            return accepts(writer.inside(std::size_t{0}), strict_reader.inside(std::size_t{0}));
        case described::variant: return accepts_indexed(writer, strict_reader);
        case described::map: return accepts_elements("{}", writer, strict_reader);
        case described::array:
        case described::set: return accepts_elements("[]", writer, strict_reader);
        default: return true;
    }
}

/// Alternatives are known by their number: the reader may have more of them behind.
GATEWIRE_COLD inline bool comparison::accepts_indexed(const described_place& writer,
                                                      const described_place& strict_reader) {
    const std::size_t count = writer.type->elements.size();
    if (!strict_reader.type->indexed || count > strict_reader.type->elements.size()) {
        return differ(*writer.type, *strict_reader.type);
    }
    for (std::size_t index = 0; index != count; ++index) {
        if (!accepts_inside("<" + std::to_string(index) + ">", writer.inside(index),
                            strict_reader.inside(index))) {
            return false;
        }
    }
    return true;
}

GATEWIRE_COLD inline bool comparison::accepts(described_place writer,
                                              described_place strict_reader) {
    if (steps_left_ == 0) {
        return fail("a type too large to compare");
    }
    --steps_left_;
    if (!writer.resolve() || !strict_reader.resolve()) {
        return fail("a reference that points nowhere");
    }
    const auto is_open = [](described kind) {
        return kind == described::any || kind == described::custom;
    };
    const described from = writer.type->kind;
    const described to = strict_reader.type->kind;
    if (is_open(from) || is_open(to)) {
        return true;
    }
    if (is_choice(*writer.type)) {
        return accepts_every_choice(writer, strict_reader);
    }
    if (is_choice(*strict_reader.type)) {
        return accepts_some_choice(writer, strict_reader);
    }
    const auto has_length = [](described kind) {
        return kind == described::tuple || kind == described::fixed_array;
    };
    if (has_length(from) && has_length(to)) {
        return accepts_each(writer, strict_reader);
    }
    if (to == described::array && (has_length(from) || from == described::set)) {
        return accepts_elements("[]", writer, strict_reader);
    }
    if (from == described::integer && to == described::number) {
        const unsigned digits = writer.type->bits - (writer.type->has_sign ? 1 : 0);
        return digits <= (strict_reader.type->bits == 32 ? 24U : 53U) ||
               differ(*writer.type, *strict_reader.type);
    }
    return from == to ? accepts_same_kind(writer, strict_reader)
                      : differ(*writer.type, *strict_reader.type);
}

GATEWIRE_COLD GATEWIRE_INLINE std::optional<std::string> incompatibility(
    const type_description& writer, const type_description& strict_reader,
    std::string_view writer_word, std::string_view reader_word) {
    comparison compared(printable(writer.name), writer_word, reader_word);
    if (compared.accepts({&writer, {}}, {&strict_reader, {}})) {
        return std::nullopt;
    }
    return compared.failure();
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_DESCRIPTION_IMPL_HPP
