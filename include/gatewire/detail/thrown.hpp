// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_THROWN_HPP
#define GATEWIRE_DETAIL_THROWN_HPP

#include <exception>
#include <gatewire/detail/linkage.hpp>
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
GATEWIRE_COLD inline std::string thrown_text() {
    const auto number = [](auto thrown) {
        return "the number " + std::to_string(thrown) + " was thrown";
    };
    try {
        throw;
    } catch (const std::exception& thrown) {
        return std::string(words_of(thrown));
    } catch (const std::string& text) {
        return text;
    } catch (std::string_view text) {
        return std::string(text);
    } catch (const char* text) {
        return text == nullptr ? "a null pointer was thrown" : text;
    } catch (int thrown) {
        return number(thrown);
    } catch (unsigned thrown) {
        return number(thrown);
    } catch (long thrown) {
        return number(thrown);
    } catch (unsigned long thrown) {
        return number(thrown);
    } catch (long long thrown) {
        return number(thrown);
    } catch (...) {
        return "something unknown was thrown";
    }
}

}  // namespace rpc::inline v1::detail

#endif  // GATEWIRE_DETAIL_THROWN_HPP
