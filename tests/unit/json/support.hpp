// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTS_WIRE_JSON_SUPPORT_HPP
#define GATEWIRE_TESTS_WIRE_JSON_SUPPORT_HPP

#include <gatewire/json/read.hpp>
#include <gatewire/json/write.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace json_test {

namespace json = rpc::codec;

/// A text without a zero byte or anything else behind it, so that a sanitizer sees each read past
/// its end.
class exact_text {
public:
    explicit exact_text(std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
        std::copy(text.begin(), text.end(), bytes_.get());
    }
    std::string_view view() const { return {bytes_.get(), size_}; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

/// The error's text for the root "v", or "ok".
template <class T>
std::string refusal(std::string_view text) {
    const exact_text exact(text);
    std::optional<T> value;
    json::read_error error;
    return json::make_from_text(exact.view(), value, error) ? "ok" : error.text("v");
}

template <class T>
json::read_failure failure_kind(std::string_view text) {
    T value{};
    json::read_error error;
    return json::read_text(text, value, error) ? json::read_failure::none : error.kind;
}

/// The value of a text that must be readable.
template <class T>
T value_of(std::string_view text) {
    const exact_text exact(text);
    T value{};
    json::read_error error;
    if (!json::read_text(exact.view(), value, error)) {
        throw error.text("v");
    }
    return value;
}

/// The text of a value, or the error's text for the root "v" after an exclamation mark.
template <class T>
std::string text_of(const T& value) {
    rpc::wire::buffer out;
    json::write_error error;
    return json::write(out, value, error) ? std::string(out.view()) : "!" + error.text("v");
}

/// Whether the value has this text, and the text this value.
template <class T>
bool travels(const T& value, std::string_view text) {
    return text_of(value) == text && value_of<T>(text) == value;
}

inline std::string validation(std::string_view text) {
    const exact_text exact(text);
    json::read_error error;
    return json::validate(exact.view(), error) ? "ok" : error.text("v");
}

}  // namespace json_test

#endif  // GATEWIRE_TESTS_WIRE_JSON_SUPPORT_HPP
