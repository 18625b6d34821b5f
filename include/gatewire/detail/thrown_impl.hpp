// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_THROWN_IMPL_HPP
#define GATEWIRE_DETAIL_THROWN_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/thrown.hpp>

#include <exception>
#include <string>
#include <string_view>

namespace rpc::inline v1::detail {

GATEWIRE_COLD GATEWIRE_INLINE std::string thrown_text() {
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

#endif  // GATEWIRE_DETAIL_THROWN_IMPL_HPP
