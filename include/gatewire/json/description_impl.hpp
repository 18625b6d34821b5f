// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DESCRIPTION_IMPL_HPP
#define GATEWIRE_JSON_DESCRIPTION_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/description.hpp>
#include <gatewire/json/read_scalar.hpp>
#include <gatewire/json/reader.hpp>
#include <gatewire/json/skip.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/json/write_string.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
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

GATEWIRE_INLINE void write_descriptions(wire::buffer& out,
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

    void key(std::string_view name) {
        out_.append(separator_);
        separator_ = ',';
        write_text_lossy(out_, name);
        out_.append(':');
    }
    void text(std::string_view name, std::string_view value) {
        if (!value.empty()) {
            key(name);
            write_text_lossy(out_, value);
        }
    }
    void count(std::string_view name, std::uint64_t value) {
        if (value != 0) {
            key(name);
            write_integer(out_, value);
        }
    }
    void flag(std::string_view name, bool value) {
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
inline void write_described_members(wire::buffer& out, const type_description& type) {
    description_writer members(out);
    for (const std::size_t place : order_of(type.names, type.elements.size())) {
        members.key(type.names[place]);
        write_description(out, type.elements[place]);
    }
    members.end();
}

inline void write_described_names(wire::buffer& out, const std::vector<std::string>& names) {
    char separator = '[';
    for (const std::string& name : names) {
        out.append(separator);
        separator = ',';
        write_text_lossy(out, name);
    }
    out.append(']');
}

GATEWIRE_INLINE void write_description(wire::buffer& out, const type_description& type) {
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
    explicit description_reader(reader& in) : in_(in) {}

    bool list(std::vector<type_description>& types) {
        return each_element([&] { return description(types.emplace_back()); });
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
    bool each_element(Read&& read_one) {
        bool first = true;
        if (!in_.enter_array()) {
            return false;
        }
        for (std::size_t index = 0;; ++index) {
            const step next = in_.next_element(first);
            if (next != step::item) {
                return next == step::end;
            }
            if (!read_one()) {
                return in_.inside_element(index);
            }
        }
    }

    template <class Read>
    bool each_member(Read&& read_one) {
        bool first = true;
        std::string_view name;
        if (!in_.enter_object()) {
            return false;
        }
        for (;;) {
            const step next = in_.next_member(first, name);
            if (next != step::item) {
                return next == step::end;
            }
            const std::string key(name);
            if (!read_one(key)) {
                return in_.inside_member(key);
            }
        }
    }

    bool description(type_description& type) {
        parts found;
        return each_member([&](std::string_view name) { return member(name, type, found); }) &&
               complete(type, found);
    }

    bool member(std::string_view name, type_description& type, parts& found) {
        if (name == "bits") {
            return read_integer(in_, type.bits);
        }
        if (name == "length") {
            return read_integer(in_, type.length);
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
            return each_element([&] { return in_.string(type.names.emplace_back()); });
        }
        return name == "elements" ? list(type.elements) : skip(in_);
    }

    bool kind(described& kind) {
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

    bool complete(type_description& type, parts& found) {
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

    reader& in_;
};

GATEWIRE_INLINE bool read_descriptions(std::string_view text, std::vector<type_description>& types,
                                       read_error& error) {
    reader in(text);
    return (description_reader(in).list(types) && in.finish()) || take_worst_error(text, in, error);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_DESCRIPTION_IMPL_HPP
