// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_COMPARISON_HPP
#define GATEWIRE_JSON_COMPARISON_HPP

#include <gatewire/json/description.hpp>
#include <gatewire/json/utf8.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::codec {

/// A described type together with the objects around it, which its references mean.
struct described_place {
    const type_description* type;
    std::vector<const type_description*> enclosing;

    /// The type of an element.
    described_place inside(const type_description& element) const {
        described_place place{&element, enclosing};
        if (type->kind == described::object) {
            place.enclosing.push_back(type);
        }
        return place;
    }
    described_place inside(std::size_t index) const { return inside(type->elements[index]); }

    /// Follows a reference; false when it points nowhere.
    bool resolve() {
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
inline std::string described_text(const type_description& type, bool in_detail) {
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
inline bool is_choice(const type_description& type) {
    return type.kind == described::optional || (type.kind == described::variant && !type.indexed);
}

/// Compares what one end writes with what the other reads.
class comparison {
public:
    comparison(std::string root, std::string_view writer_word, std::string_view reader_word)
        : where_(std::move(root)), writer_word_(writer_word), reader_word_(reader_word) {}

    /// Whether the reader takes everything that the writer can write; else `failure` is set.
    bool accepts(described_place writer, described_place reader);

    const std::string& failure() const noexcept { return failure_; }

private:
    bool accepts_same_kind(const described_place& writer, const described_place& reader);
    bool accepts_object(const described_place& writer, const described_place& reader);
    bool accepts_names(const type_description& writer, const type_description& reader);
    bool accepts_each(const described_place& writer, const described_place& reader);
    bool accepts_elements(const char* segment, const described_place& writer,
                          const described_place& reader);
    bool accepts_every_choice(const described_place& writer, const described_place& reader);
    bool accepts_some_choice(const described_place& writer, const described_place& reader);
    bool accepts_indexed(const described_place& writer, const described_place& reader);
    bool tries(const described_place& writer, const described_place& reader);
    bool accepts_inside(const std::string& segment, const described_place& writer,
                        const described_place& reader);
    bool differ(const type_description& writer, const type_description& reader);
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

inline bool comparison::fail(const std::string& text) {
    failure_ = where_.empty() ? text : where_ + ": " + text;
    return false;
}

inline bool comparison::differ(const type_description& writer, const type_description& reader) {
    std::string one = described_text(writer, false);
    std::string other = described_text(reader, false);
    if (one == other) {
        one = described_text(writer, true);
        other = described_text(reader, true);
    }
    one += ' ';
    one += writer_word_;
    other += ' ';
    other += reader_word_;
    return fail(one + ", " + other);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_COMPARISON_HPP
