// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_ERROR_IMPL_HPP
#define GATEWIRE_DETAIL_ERROR_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/storage_duration.hpp>
#include <gatewire/error.hpp>

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace rpc::inline v1 {

GATEWIRE_INLINE std::string detail::category::message(int value) const {
    return std::string(to_string(static_cast<errc>(value)));
}

GATEWIRE_INLINE const detail::category& error_category() noexcept {
    static const detail::never_destroyed<detail::category> one;
    return *one;
}

GATEWIRE_INLINE std::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

struct error::content {
    std::string text;
    std::string message;
    nlohmann::json data;
    rpc::outcome what;
    int peer_code;
};

GATEWIRE_INLINE error::error(int peer_code, std::string message, nlohmann::json data)
    : error(detail::errc_of(peer_code), std::move(message), detail::outcome_of(peer_code),
            peer_code, std::move(data)) {}

GATEWIRE_INLINE error::error(int peer_code, std::string message)
    : error(peer_code, std::move(message), nullptr) {}

GATEWIRE_INLINE error::error(errc code, std::string message, rpc::outcome what)
    : error(code, std::move(message), what, detail::peer_code_of(code), nullptr) {}

GATEWIRE_INLINE error::error(errc code, std::string message, rpc::outcome what, int peer_code,
                             nlohmann::json data)
    : std::system_error(make_error_code(code)) {
    std::string text = message;
    if (const auto* const words = data.get_ptr<const std::string*>()) {
        text.append(": ").append(*words);
    }
    content_ = std::make_shared<const content>(
        content{std::move(text), std::move(message), std::move(data), what, peer_code});
}

GATEWIRE_INLINE const char* error::what() const noexcept {
    return content_->text.c_str();
}

GATEWIRE_INLINE const std::string& error::message() const noexcept {
    return content_->message;
}

GATEWIRE_INLINE int error::peer_code() const noexcept {
    return content_->peer_code;
}

GATEWIRE_INLINE const nlohmann::json& error::data() const noexcept {
    return content_->data;
}

GATEWIRE_INLINE rpc::outcome error::outcome() const noexcept {
    return content_->what;
}

}  // namespace rpc::inline v1

#endif  // GATEWIRE_DETAIL_ERROR_IMPL_HPP
