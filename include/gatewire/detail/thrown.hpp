// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_THROWN_HPP
#define GATEWIRE_DETAIL_THROWN_HPP

#include <exception>
#include <string>
#include <string_view>

/// What users throw, in words: they may throw anything.
namespace rpc::inline v1::detail {

/// What an exception says of itself; `what()` may give a null pointer.
inline std::string_view words_of(const std::exception& thrown) noexcept {
    const char* const words = thrown.what();
    return words == nullptr ? std::string_view("an exception without a text") : words;
}

/// What is being handled. Only inside of a catch block.
std::string thrown_text();

}  // namespace rpc::inline v1::detail

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/detail/thrown_impl.hpp>
#endif

#endif  // GATEWIRE_DETAIL_THROWN_HPP
