// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_LIBRARY_HPP
#define GATEWIRE_NATS_LIBRARY_HPP

#include <gatewire/error.hpp>

#include <nats/nats.h>

#include <memory>
#include <string>
#include <string_view>

/// The NATS C client as objects that own what it gives.
namespace rpc::inline v1::nats {

/// Destroys what a function of the C client destroys.
template <auto Destroy>
struct destroyer {
    template <class Object>
    void operator()(Object* what) const noexcept {
        Destroy(what);
    }
};

using options_ptr = std::unique_ptr<natsOptions, destroyer<&natsOptions_Destroy>>;
using subscription_ptr = std::unique_ptr<natsSubscription, destroyer<&natsSubscription_Destroy>>;
using message_ptr = std::unique_ptr<natsMsg, destroyer<&natsMsg_Destroy>>;

/// @throws rpc::error  `invalid_address`: the C client refused what the options say.
inline void require_ok(natsStatus status, const std::string& what) {
    if (status != NATS_OK) {
        throw error(errc::invalid_address, what + ": " + natsStatus_GetText(status),
                    outcome::not_sent);
    }
}

/// A message that arrived. The views are valid as long as it is.
class message {
public:
    message() = default;
    explicit message(natsMsg* taken) noexcept : held_(taken) {}

    std::string_view subject() const noexcept { return view(natsMsg_GetSubject(held_.get())); }
    /// Where to answer; empty if nobody waits.
    std::string_view reply() const noexcept { return view(natsMsg_GetReply(held_.get())); }
    std::string_view data() const noexcept {
        const char* const begin = natsMsg_GetData(held_.get());
        return begin == nullptr
                   ? std::string_view()
                   : std::string_view(begin,
                                      static_cast<std::size_t>(natsMsg_GetDataLength(held_.get())));
    }

    /// The broker says that nobody listens where the request went.
    bool is_no_responders() const noexcept { return natsMsg_IsNoResponders(held_.get()); }

    /// A header's value; empty if there is none.
    std::string_view header(const char* name) const noexcept {
        const char* value = nullptr;
        return natsMsgHeader_Get(held_.get(), name, &value) == NATS_OK ? view(value)
                                                                       : std::string_view();
    }

private:
    static std::string_view view(const char* text) noexcept {
        return text == nullptr ? std::string_view() : std::string_view(text);
    }

    message_ptr held_;
};

/// What follows the last point of a subject.
inline std::string_view last_token(std::string_view subject) noexcept {
    return subject.substr(subject.rfind('.') + 1);
}

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_LIBRARY_HPP
