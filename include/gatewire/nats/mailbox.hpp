// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_MAILBOX_HPP
#define GATEWIRE_NATS_MAILBOX_HPP

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
inline bool read_ticket(std::string_view token, char letter, std::uint64_t& number) noexcept {
    if (token.empty() || token.front() != letter) {
        return false;
    }
    const char* const end = token.data() + token.size();
    const auto [last, problem] = std::from_chars(token.data() + 1, end, number);
    return problem == std::errc{} && last == end;
}

/// A subject that nobody else has, for answers of all kinds: their last token says what they are.
inline std::string make_inbox() {
    natsInbox* made = nullptr;
    require_ok(natsInbox_Create(&made), "nats");
    const std::unique_ptr<natsInbox, destroyer<&natsInbox_Destroy>> owned(made);
    return made;
}

/// Questions to the broker's JetStream, and its answers.
///
/// @par Thread safety
/// All functions may be called from any thread; answers are told without the mutex, on the thread
/// that brought them.
class mailbox {
public:
    /// Takes the answer, or null where there is none: nobody answered in time, or the connection
    /// was lost.
    using take_answer = std::function<void(const nlohmann::json* answer)>;

    mailbox(std::string inbox, std::chrono::milliseconds patience)
        : inbox_(std::move(inbox)), patience_(patience) {}

    const std::string& inbox() const noexcept { return inbox_; }

    /// Asks `$JS.API.<what>`.
    void ask(connection& link, const std::string& what, const nlohmann::json& question,
             protocol::time_point now, take_answer take) {
        const std::string text = question.is_null() ? std::string() : question.dump();
        std::string reply = inbox_ + ".a";
        protocol::call_id id{};
        {
            const std::lock_guard lock(mutex_);
            id = open_.insert(std::move(take), now + patience_);
            reply += std::to_string(id);
        }
        if (!link.publish("$JS.API." + what, reply.c_str(), text)) {
            end(id, nullptr);
        }
    }

    /// Takes a message if it is an answer. @return Whether it is.
    bool receive(const message& arrived) {
        std::uint64_t id = 0;
        if (!read_ticket(last_token(arrived.subject()), 'a', id)) {
            return false;
        }
        const nlohmann::json answer = nlohmann::json::parse(arrived.data(), nullptr, false);
        end(id, answer.is_object() ? &answer : nullptr);
        return true;
    }

    /// Ends what has waited for too long; everything, if the connection is lost.
    void look(protocol::time_point now, bool is_lost = false) {
        std::unique_lock lock(mutex_);
        auto over = is_lost ? open_.take_matching([](const take_answer&) { return true; })
                            : open_.take_expired(now);
        lock.unlock();
        for (auto& [id, take] : over) {
            take(nullptr);
        }
    }

private:
    void end(protocol::call_id id, const nlohmann::json* answer) {
        std::unique_lock lock(mutex_);
        const auto take = open_.take(id);
        lock.unlock();
        if (take) {
            (*take)(answer);
        }
    }

    const std::string inbox_;
    const std::chrono::milliseconds patience_;
    std::mutex mutex_;
    protocol::pending_calls<take_answer> open_;
};

/// The number of the error in an answer of JetStream; zero if there is none.
inline int error_number(const nlohmann::json& answer) {
    const auto found = answer.find("error");
    return found == answer.end() ? 0 : found->value("err_code", -1);
}

/// Its words.
inline std::string error_words(const nlohmann::json* answer) {
    if (answer == nullptr) {
        return "JetStream does not answer";
    }
    const auto found = answer->find("error");
    return found == answer->end() ? std::string() : found->value("description", "unknown");
}

inline constexpr int stream_not_found = 10059;

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_MAILBOX_HPP
