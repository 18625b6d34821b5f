// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_COMPATIBLE_HPP
#define GATEWIRE_JSON_COMPATIBLE_HPP

#include <gatewire/json/comparison.hpp>
#include <gatewire/json/description.hpp>
#include <gatewire/json/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::codec {

inline bool comparison::accepts_inside(const std::string& segment, const described_place& writer,
                                       const described_place& reader) {
    const std::size_t size = where_.size();
    where_ += segment;
    const bool accepted = accepts(writer, reader);
    where_.resize(size);
    return accepted;
}

/// Whether each element that the writer's array-like type can hold is taken by the reader's.
inline bool comparison::accepts_elements(const char* segment, const described_place& writer,
                                         const described_place& reader) {
    for (std::size_t index = 0; index != writer.type->elements.size(); ++index) {
        if (!accepts_inside(segment, writer.inside(index), reader.inside(std::size_t{0}))) {
            return false;
        }
    }
    return true;
}

inline bool comparison::accepts_each(const described_place& writer, const described_place& reader) {
    const auto size_of = [](const type_description& type) {
        return type.kind == described::fixed_array ? type.length : type.elements.size();
    };
    const auto element_of = [](const described_place& place, std::size_t index) {
        return place.inside(place.type->kind == described::fixed_array ? 0 : index);
    };
    if (size_of(*writer.type) != size_of(*reader.type)) {
        return differ(*writer.type, *reader.type);
    }
    if (size_of(*writer.type) == 0) {
        return true;
    }
    const std::size_t count =
        (std::max)(writer.type->elements.size(), reader.type->elements.size());
    for (std::size_t index = 0; index != count; ++index) {
        if (!accepts_inside("[" + std::to_string(index) + "]", element_of(writer, index),
                            element_of(reader, index))) {
            return false;
        }
    }
    return true;
}

inline bool comparison::accepts_names(const type_description& writer,
                                      const type_description& reader) {
    for (const std::string& name : writer.names) {
        if (std::find(reader.names.begin(), reader.names.end(), name) == reader.names.end()) {
            return fail("'" + printable(name) + "' " + std::string(writer_word_) +
                        ", no such name " + std::string(reader_word_));
        }
    }
    return true;
}

inline bool comparison::accepts_object(const described_place& writer,
                                       const described_place& reader) {
    const std::pair objects{writer.type, reader.type};
    if (std::find(met_.begin(), met_.end(), objects) != met_.end()) {
        return true;
    }
    met_.push_back(objects);
    const auto& names = writer.type->names;
    for (std::size_t index = 0; index != reader.type->names.size(); ++index) {
        const std::string& name = reader.type->names[index];
        const std::string segment = (where_.empty() ? "" : ".") + printable(name);
        const auto found = std::find(names.begin(), names.end(), name);
        const described_place member = reader.inside(index);
        if (found != names.end()) {
            const auto at = static_cast<std::size_t>(found - names.begin());
            if (!accepts_inside(segment, writer.inside(at), member)) {
                return false;
            }
        } else if (!reader.type->defaults && member.type->kind != described::optional) {
            where_ += segment;
            return fail("missing " + std::string(writer_word_) + ", required " +
                        std::string(reader_word_));
        }
    }
    return true;
}

/// A value that is one of several fits if each of them does; which one it is, is not known.
inline bool comparison::accepts_every_choice(const described_place& writer,
                                             const described_place& reader) {
    const type_description null{.kind = described::null};
    const bool optional = writer.type->kind == described::optional;
    if (optional && reader.type->kind == described::optional) {
        return accepts(writer.inside(std::size_t{0}), reader.inside(std::size_t{0}));
    }
    const auto fits = [&](const type_description& choice) {
        return tries(writer.inside(choice), reader);
    };
    const auto& choices = writer.type->elements;
    return ((!optional || fits(null)) && std::all_of(choices.begin(), choices.end(), fits)) ||
           differ(*writer.type, *reader.type);
}

/// A reader that takes one of several takes what any of them does.
inline bool comparison::accepts_some_choice(const described_place& writer,
                                            const described_place& reader) {
    if (reader.type->kind == described::optional) {
        return writer.type->kind == described::null ||
               accepts(writer, reader.inside(std::size_t{0}));
    }
    const auto& choices = reader.type->elements;
    const auto fits = [&](const type_description& choice) {
        return tries(writer, reader.inside(choice));
    };
    return std::any_of(choices.begin(), choices.end(), fits) || differ(*writer.type, *reader.type);
}

/// `accepts` whose failure leaves no trace, for one of several ways.
inline bool comparison::tries(const described_place& writer, const described_place& reader) {
    const std::size_t met = met_.size();
    const std::string where = where_;
    if (accepts(writer, reader)) {
        return true;
    }
    met_.resize(met);
    where_ = where;
    return false;
}

inline bool comparison::accepts_same_kind(const described_place& writer,
                                          const described_place& reader) {
    const type_description& one = *writer.type;
    const type_description& other = *reader.type;
    switch (one.kind) {
        case described::integer: {
            const unsigned digits = one.bits - (one.has_sign ? 1 : 0);
            const unsigned room = other.bits - (other.has_sign ? 1 : 0);
            return (digits <= room && (other.has_sign || !one.has_sign)) || differ(one, other);
        }
        case described::number: return one.bits <= other.bits || differ(one, other);
        case described::enumeration: return accepts_names(one, other);
        case described::object: return accepts_object(writer, reader);
        case described::duration:
        case described::time_point:
            if (one.unit != other.unit || one.clock != other.clock) {
                return differ(one, other);
            }
            return accepts(writer.inside(std::size_t{0}), reader.inside(std::size_t{0}));
        case described::variant: return accepts_indexed(writer, reader);
        case described::map: return accepts_elements("{}", writer, reader);
        case described::array:
        case described::set: return accepts_elements("[]", writer, reader);
        default: return true;
    }
}

/// Alternatives are known by their number: the reader may have more of them behind.
inline bool comparison::accepts_indexed(const described_place& writer,
                                        const described_place& reader) {
    const std::size_t count = writer.type->elements.size();
    if (!reader.type->indexed || count > reader.type->elements.size()) {
        return differ(*writer.type, *reader.type);
    }
    for (std::size_t index = 0; index != count; ++index) {
        if (!accepts_inside("<" + std::to_string(index) + ">", writer.inside(index),
                            reader.inside(index))) {
            return false;
        }
    }
    return true;
}

inline bool comparison::accepts(described_place writer, described_place reader) {
    if (steps_left_ == 0) {
        return fail("a type too large to compare");
    }
    --steps_left_;
    if (!writer.resolve() || !reader.resolve()) {
        return fail("a reference that points nowhere");
    }
    const auto is_open = [](described kind) {
        return kind == described::any || kind == described::custom;
    };
    const described from = writer.type->kind;
    const described to = reader.type->kind;
    if (is_open(from) || is_open(to)) {
        return true;
    }
    if (is_choice(*writer.type)) {
        return accepts_every_choice(writer, reader);
    }
    if (is_choice(*reader.type)) {
        return accepts_some_choice(writer, reader);
    }
    const auto has_length = [](described kind) {
        return kind == described::tuple || kind == described::fixed_array;
    };
    if (has_length(from) && has_length(to)) {
        return accepts_each(writer, reader);
    }
    if (to == described::array && (has_length(from) || from == described::set)) {
        return accepts_elements("[]", writer, reader);
    }
    if (from == described::integer && to == described::number) {
        const unsigned digits = writer.type->bits - (writer.type->has_sign ? 1 : 0);
        return digits <= (reader.type->bits == 32 ? 24U : 53U) ||
               differ(*writer.type, *reader.type);
    }
    return from == to ? accepts_same_kind(writer, reader) : differ(*writer.type, *reader.type);
}

/// Says where what `writer` writes would not be read by a reader of `reader`, or nothing if all of
/// it would. The reader may have wider numbers, more names of an enum, optional members more and
/// any members less. What is not described (a form of the user's, or any value) is taken to fit:
/// each value is checked when it is read.
///
/// @param writer_word  What the text calls the writer's end, "here" or "there".
/// @param reader_word  What it calls the reader's.
/// @return For example `order_request.price: number here, string there`.
inline std::optional<std::string> incompatibility(const type_description& writer,
                                                  const type_description& reader,
                                                  std::string_view writer_word,
                                                  std::string_view reader_word) {
    comparison compared(printable(writer.name), writer_word, reader_word);
    if (compared.accepts({&writer, {}}, {&reader, {}})) {
        return std::nullopt;
    }
    return compared.failure();
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_COMPATIBLE_HPP
