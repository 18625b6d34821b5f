// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_AUTHENTICATOR_HPP
#define GATEWIRE_SESSION_AUTHENTICATOR_HPP

#include <gatewire/credentials.hpp>
#include <gatewire/detail/thrown.hpp>
#include <gatewire/error.hpp>
#include <gatewire/session/gate.hpp>

#include <exception>
#include <functional>
#include <optional>
#include <string>

namespace rpc::inline v1::session {

/// What the user's code says of a client.
struct verdict {
    std::optional<rpc::identity> identity;  ///< Nothing: the client is refused.
    std::string refusal;                    ///< Why, for the client and the log.
};

/// Asks the user's code who a client is.
class authenticator {
public:
    using question = std::function<rpc::identity(const credentials&)>;

    /// @param ask  Must outlive this; may be empty.
    explicit authenticator(const question& ask) : ask_(ask) {}

    bool is_needed() const noexcept { return static_cast<bool>(ask_); }

    /// Call without any mutex.
    verdict ask(const credentials& shown) {
        if (!gate_.enter()) {
            return {std::nullopt, "the server is shutting down"};
        }
        verdict said = judge(shown);
        gate_.leave();
        // The text goes into logs, where no secret may be seen, whatever the user's code wrote.
        if (!shown.token.empty() && said.refusal.find(shown.token) != std::string::npos) {
            said.refusal = unknown;
        }
        return said;
    }

    /// Waits until nobody is asked; from here on everyone is refused.
    void close() { gate_.close(); }

private:
    static constexpr const char* unknown = "the client is not known here";

    verdict judge(const credentials& shown) const {
        try {
            return {ask_(shown), {}};
        } catch (const error& refused) {
            return {std::nullopt, refused.message()};
        } catch (const std::exception& refused) {
            return {std::nullopt, std::string(detail::words_of(refused))};
        } catch (...) {
            return {std::nullopt, unknown};
        }
    }

    const question& ask_;
    gate gate_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_AUTHENTICATOR_HPP
