// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_TAKE_IMPL_HPP
#define GATEWIRE_JSON_TAKE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/take.hpp>
#include <gatewire/json/unescape.hpp>
#include <gatewire/json/utf8.hpp>

#include <bit>
#include <cstddef>
#include <span>
#include <string>

namespace rpc::inline v1::codec {

/// `take_unusual_string` for those that are long or have other than plain characters.
[[gnu::noinline]] inline const char* take_any_string(const char* at, const char* end,
                                                     std::string& value) {
    const char* const stop = skip_verbatim(at, end);
    value.clear();
    if (stop != end && *stop == '"') {
        value.append(at, static_cast<std::size_t>(stop - at));
        return stop + 1;
    }
    const string_end result = unescape(at, end, value);
    return result.failure == nullptr ? result.at + 1 : nullptr;
}

[[gnu::noinline]] GATEWIRE_INLINE const char* take_unusual_string(const char* at, const char* end,
                                                                  std::string& value) {
    if (end - at < block_size) {  // Near the end of the text.
        const auto size = static_cast<std::size_t>(
            std::countr_zero(special_in_few(at, static_cast<std::size_t>(end - at))));
        if (at + size != end && at[size] == '"') {
            value.clear();
            value.append(at, size);
            return at + size + 1;
        }
    }
    return take_any_string(at, end, value);
}

[[gnu::noinline]] GATEWIRE_INLINE std::size_t find_last_name(
    const char* at, const char* end, std::span<const quoted_name> names) noexcept {
    const last_window window(at, end);
    return find_name(window.begin(), names);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_TAKE_IMPL_HPP
