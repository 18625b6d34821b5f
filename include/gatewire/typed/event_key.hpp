// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_EVENT_KEY_HPP
#define GATEWIRE_TYPED_EVENT_KEY_HPP

#include <gatewire/json/write.hpp>
#include <gatewire/wire/buffer.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace rpc::inline v1::typed {

/// The error for an event whose payload has no JSON form.
[[noreturn]] void throw_unwritable(std::string_view event, const codec::write_error& failure);

/// A key as the text that clients subscribe by: text as it is, integers in decimal.
template <class Key>
std::string key_text(const Key& key) {
    if constexpr (std::is_integral_v<Key>) {
        return std::to_string(key);
    } else {
        return std::string(std::string_view(key));
    }
}

/// The key of an event's payload as text, valid as long as this and the payload are; empty for
/// events without a key.
template <class Entry>
class event_key {
public:
    explicit event_key([[maybe_unused]] const typename Entry::payload& payload) {
        if constexpr (Entry::is_keyed) {
            using value =
                std::invoke_result_t<decltype(Entry::key::key), const typename Entry::payload&>;
            if constexpr (std::is_lvalue_reference_v<value> &&
                          std::is_convertible_v<value, std::string_view>) {
                text_ = std::invoke(Entry::key::key, payload);
            } else {
                owned_ = key_text(std::invoke(Entry::key::key, payload));
                text_ = owned_;
            }
        }
    }
    event_key(const event_key&) = delete;
    event_key& operator=(const event_key&) = delete;

    std::string_view text() const noexcept { return text_; }

private:
    std::string owned_;
    std::string_view text_;
};

/// Runs `use(key, data)` with the key and the text of a payload.
/// @throws rpc::error  `invalid_value`: it has no JSON form, or its code or the key's threw.
template <class Entry, class Use>
void with_payload(const typename Entry::payload& payload, Use&& use) {
    wire::scratch data;
    codec::write_error failure;
    std::optional<event_key<Entry>> key;
    bool is_written = codec::guarded_write(*data, payload, failure);
    if (is_written) {
        try {
            key.emplace(payload);
        } catch (...) {
            is_written = failure.fail_thrown();
        }
    }
    if (!is_written) {
        throw_unwritable(Entry::name, failure);
    }
    use(key->text(), data.view());
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_EVENT_KEY_HPP
