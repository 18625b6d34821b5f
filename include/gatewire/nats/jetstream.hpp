// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_JETSTREAM_HPP
#define GATEWIRE_NATS_JETSTREAM_HPP

#include <gatewire/nats/connection.hpp>
#include <gatewire/protocol/pending_calls.hpp>

#include <nlohmann/json.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::nats {

/// A number behind a letter, as the last token of a reply subject. @return Whether it is one.
inline bool read_number(std::string_view token, char letter, std::uint64_t& number) noexcept {
    if (token.empty() || token.front() != letter) {
        return false;
    }
    const char* const end = token.data() + token.size();
    const auto [last, problem] = std::from_chars(token.data() + 1, end, number);
    return problem == std::errc{} && last == end;
}

/// A subject that nobody else has, for responses of all kinds: their last token says what they are.
inline std::string make_inbox() {
    natsInbox* made = nullptr;
    require_ok(natsInbox_Create(&made), "nats");
    const std::unique_ptr<natsInbox, destroyer<&natsInbox_Destroy>> owned(made);
    return made;
}

/// Requests to the broker's JetStream, and its responses.
///
/// @par Thread safety
/// All functions may be called from any thread; responses are handed on without the mutex, on the
/// thread that brought them.
class jetstream {
public:
    struct request {
        std::string what;       ///< It goes to `$JS.API.<what>`.
        nlohmann::json body{};  ///< Null: it has none.
    };

    /// Takes the response, or null where there is none: nobody answered in time, or the connection
    /// was lost.
    using take_response = std::function<void(const nlohmann::json* response)>;

    jetstream(std::string inbox, std::chrono::milliseconds timeout)
        : inbox_(std::move(inbox)), timeout_(timeout) {}

    const std::string& inbox() const noexcept { return inbox_; }

    void ask(connection& broker, const request& one, protocol::time_point now, take_response take) {
        const std::string text = one.body.is_null() ? std::string() : one.body.dump();
        std::string reply = inbox_ + ".a";
        protocol::call_id id{};
        {
            const std::lock_guard lock(mutex_);
            id = open_.insert(std::move(take), now + timeout_);
            reply += std::to_string(id);
        }
        if (!broker.publish("$JS.API." + one.what, reply.c_str(), text)) {
            end(id, nullptr);
        }
    }

    /// Takes a message if it is a response. @return Whether it is.
    bool receive(const message& arrived) {
        std::uint64_t id = 0;
        if (!read_number(last_token(arrived.subject()), 'a', id)) {
            return false;
        }
        const nlohmann::json response = nlohmann::json::parse(arrived.data(), nullptr, false);
        end(id, response.is_object() ? &response : nullptr);
        return true;
    }

    /// Ends what has waited for too long; everything, if the connection is lost.
    void look(protocol::time_point now, bool is_lost = false) {
        std::unique_lock lock(mutex_);
        auto over = is_lost ? open_.take_matching([](const take_response&) { return true; })
                            : open_.take_expired(now);
        lock.unlock();
        for (auto& [id, take] : over) {
            take(nullptr);
        }
    }

private:
    void end(protocol::call_id id, const nlohmann::json* response) {
        std::unique_lock lock(mutex_);
        const auto take = open_.take(id);
        lock.unlock();
        if (take) {
            (*take)(response);
        }
    }

    const std::string inbox_;
    const std::chrono::milliseconds timeout_;
    std::mutex mutex_;
    protocol::pending_calls<take_response> open_;
};

/// The number of the error in a response of JetStream; zero if there is none.
inline int error_number(const nlohmann::json& response) {
    const auto found = response.find("error");
    return found == response.end() ? 0 : found->value("err_code", -1);
}

/// Its words.
inline std::string error_words(const nlohmann::json* response) {
    if (response == nullptr) {
        return "JetStream does not answer";
    }
    const auto found = response->find("error");
    return found == response->end() ? std::string() : found->value("description", "unknown");
}

inline constexpr int stream_not_found = 10059;

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_JETSTREAM_HPP
