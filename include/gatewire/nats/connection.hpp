// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_CONNECTION_HPP
#define GATEWIRE_NATS_CONNECTION_HPP

#include <gatewire/error.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/session/close_barrier.hpp>

#include <nats/nats.h>  // IWYU pragma: export

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
    /// Where to respond; empty if nobody waits.
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

/// Who hears what becomes of a connection, on a thread of the C client.
class connection_user {
public:
    virtual ~connection_user() = default;
    virtual void on_up() = 0;
    virtual void on_down(const std::string& why) = 0;
};

/// What the options of both sides say of the connection.
struct connection_facts {
    std::string url;
    std::string label;  ///< What the broker calls this connection.
    nats::credentials credentials;
    std::chrono::milliseconds connect_timeout;
    std::chrono::milliseconds reconnect_wait;
};

template <class Options>
connection_facts facts_of(const Options& options, std::string label) {
    return {options.url, std::move(label), options.credentials, options.connect_timeout,
            options.reconnect_wait};
}

/// One connection to a broker, which comes back by itself. Nothing is kept for later while it is
/// down: what could not be sent fails then and there.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time.
class connection {
public:
    using handler = std::function<void(message)>;

    /// Tries once to connect, and goes on trying if it could not.
    /// @param entrance  Once it is closed, no thread of the C client calls the user or a handler.
    /// @throws rpc::error  `invalid_address`: the options cannot be used, or the broker refuses
    ///                     them.
    connection(const connection_facts& facts, std::shared_ptr<session::close_barrier> entrance,
               std::weak_ptr<connection_user> user)
        : entrance_(std::move(entrance)) {
        auto closure = std::make_unique<user_closure>(entrance_, std::move(user));
        const options_ptr options = options_for(facts, closure.get());
        const natsStatus status = natsConnection_Connect(&handle_, options.get());
        if (status != NATS_NOT_YET_CONNECTED) {
            require_ok(status, "'" + facts.url + "'");
        }
        static_cast<void>(closure.release());  // Goes when the C client has said its last word.
    }

    ~connection() {
        close();
        natsConnection_Destroy(handle_);
    }

    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// Whether it is connected at this moment. `on_up` is not called for what the constructor did.
    bool is_up() const noexcept {
        return natsConnection_Status(handle_) == NATS_CONN_STATUS_CONNECTED;
    }

    /// Ends it for good. Handlers that run go on.
    void close() noexcept { natsConnection_Close(handle_); }

    /// Subscribes for as long as the subscription lives; the handler as long as it may be called.
    /// @param group  The queue group; null for none.
    /// @return Null if the connection is closed.
    subscription_ptr subscribe(const std::string& subject, const char* group, handler handle) {
        auto owned = std::make_unique<handler_closure>(entrance_, std::move(handle));
        natsSubscription* made = nullptr;
        const natsStatus status =
            group == nullptr
                ? natsConnection_Subscribe(&made, handle_, subject.c_str(), &receive, owned.get())
                : natsConnection_QueueSubscribe(&made, handle_, subject.c_str(), group, &receive,
                                                owned.get());
        if (status != NATS_OK) {
            return nullptr;
        }
        subscription_ptr result(made);
        natsSubscription_SetPendingLimits(made, -1, -1);  // All of it is taken at once.
        // Where the connection was closed meanwhile, this fails, and the handler may be running: it
        // is kept for good.
        natsSubscription_SetOnCompleteCB(made, &forget_handler, owned.release());
        return result;
    }

    /// Waits until the broker has read what was sent so far, if it is connected.
    void flush(std::chrono::milliseconds timeout) noexcept {
        if (is_up()) {
            natsConnection_FlushTimeout(handle_, timeout.count());
        }
    }

    /// @param reply  Where to respond; null for nowhere.
    /// @return Whether it was sent.
    bool publish(const std::string& subject, const char* reply, std::string_view data) noexcept {
        const auto size = static_cast<int>(data.size());
        return (reply == nullptr
                    ? natsConnection_Publish(handle_, subject.c_str(), data.data(), size)
                    : natsConnection_PublishRequest(handle_, subject.c_str(), reply, data.data(),
                                                    size)) == NATS_OK;
    }

    /// The same with the id by which a stream knows a message again.
    bool publish_once(const std::string& subject, const std::string& reply, std::string_view data,
                      const std::string& id) noexcept {
        natsMsg* made = nullptr;
        if (natsMsg_Create(&made, subject.c_str(), reply.c_str(), data.data(),
                           static_cast<int>(data.size())) != NATS_OK) {
            return false;
        }
        const message_ptr owned(made);
        return natsMsgHeader_Set(made, "Nats-Msg-Id", id.c_str()) == NATS_OK &&
               natsConnection_PublishMsg(handle_, made) == NATS_OK;
    }

    /// The largest message that the broker takes.
    std::size_t message_size_max() const noexcept {
        const std::int64_t size = natsConnection_GetMaxPayload(handle_);
        return size > 0 ? static_cast<std::size_t>(size) : std::size_t{1} << 20;
    }

private:
    /// What the C client keeps for a subscription, and for the connection.
    struct handler_closure {
        std::shared_ptr<session::close_barrier> entrance;
        handler handle;
    };
    struct user_closure {
        std::shared_ptr<session::close_barrier> entrance;
        std::weak_ptr<connection_user> user;
    };

    template <class Run>
    static void enter(session::close_barrier& entrance, Run&& run) {
        if (entrance.enter()) {
            run();
            entrance.leave();
        }
    }

    static void receive(natsConnection*, natsSubscription*, natsMsg* taken, void* closure) {
        message arrived(taken);
        const auto& to = *static_cast<handler_closure*>(closure);
        enter(*to.entrance, [&] { to.handle(std::move(arrived)); });
    }

    static void forget_handler(void* closure) { delete static_cast<handler_closure*>(closure); }

    template <class Tell>
    static void notify_user(void* closure, Tell&& what) {
        const auto& to = *static_cast<user_closure*>(closure);
        enter(*to.entrance, [&] {
            if (const auto user = to.user.lock()) {
                what(*user);
            }
        });
    }
    static void call_up(natsConnection*, void* closure) {
        notify_user(closure, [](connection_user& user) { user.on_up(); });
    }
    static void call_down(natsConnection* from, void* closure) {
        const char* why = nullptr;
        natsConnection_GetLastError(from, &why);
        notify_user(closure, [why](connection_user& user) {
            user.on_down(why == nullptr || *why == '\0' ? "the connection ended" : why);
        });
    }
    static void call_closed(natsConnection*, void* closure) {
        delete static_cast<user_closure*>(closure);
    }
    static void ignore_error(natsConnection*, natsSubscription*, natsStatus, void*) {}

    static options_ptr options_for(const connection_facts& facts, user_closure* user) {
        natsOptions* made = nullptr;
        require_ok(natsOptions_Create(&made), "nats");
        options_ptr options(made);
        set_servers(made, facts.url);
        set_credentials(made, facts.credentials);
        const std::int64_t wait = protocol::wire_milliseconds(facts.reconnect_wait);
        natsOptions_SetName(made, facts.label.c_str());
        natsOptions_SetTimeout(made, protocol::wire_milliseconds(facts.connect_timeout));
        natsOptions_SetMaxReconnect(made, -1);
        natsOptions_SetReconnectWait(made, wait);
        natsOptions_SetReconnectJitter(made, wait, wait);
        natsOptions_SetReconnectBufSize(made, 1);  // Nothing is sent later than its caller thinks.
        natsOptions_SetSendAsap(made, true);
        // One thread for all of them, since handlers only pass on what they get.
        natsOptions_UseGlobalMessageDelivery(made, true);
        natsOptions_SetWriteDeadline(made, 10'000);
        natsOptions_SetPingInterval(made, 5'000);
        natsOptions_SetMaxPingsOut(made, 2);
        natsOptions_SetErrorHandler(made, &ignore_error, nullptr);
        natsOptions_SetDisconnectedCB(made, &call_down, user);
        natsOptions_SetReconnectedCB(made, &call_up, user);
        natsOptions_SetClosedCB(made, &call_closed, user);
        natsOptions_SetRetryOnFailedConnect(made, true, &call_up, user);
        return options;
    }

    static void set_servers(natsOptions* made, const std::string& url) {
        std::vector<std::string> urls;
        for (std::size_t at = 0; at <= url.size();) {
            const std::size_t end = (std::min)(url.find(',', at), url.size());
            urls.push_back(url.substr(at, end - at));
            at = end + 1;
        }
        std::vector<const char*> texts;
        texts.reserve(urls.size());
        for (const std::string& one : urls) {
            texts.push_back(one.c_str());
        }
        require_ok(natsOptions_SetServers(made, texts.data(), static_cast<int>(texts.size())),
                   "'" + url + "'");
    }

    static void set_credentials(natsOptions* made, const nats::credentials& own) {
        if (!own.token.empty()) {
            require_ok(natsOptions_SetToken(made, own.token.c_str()), "credentials.token");
        }
        if (!own.user.empty()) {
            require_ok(natsOptions_SetUserInfo(made, own.user.c_str(), own.password.c_str()),
                       "credentials.user");
        }
        if (!own.file.empty()) {
            require_ok(natsOptions_SetUserCredentialsFromFiles(made, own.file.c_str(), nullptr),
                       "'" + own.file + "'");
        }
        if (!own.ca_file.empty()) {
            require_ok(natsOptions_SetSecure(made, true), "credentials.ca_file");
            require_ok(natsOptions_LoadCATrustedCertificates(made, own.ca_file.c_str()),
                       "'" + own.ca_file + "'");
        }
        if (!own.certificate_file.empty()) {
            require_ok(natsOptions_LoadCertificatesChain(made, own.certificate_file.c_str(),
                                                         own.key_file.c_str()),
                       "'" + own.certificate_file + "'");
        }
    }

    const std::shared_ptr<session::close_barrier> entrance_;
    natsConnection* handle_ = nullptr;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_CONNECTION_HPP
