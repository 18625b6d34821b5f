// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_PUBLISHING_SCOPE_HPP
#define GATEWIRE_SESSION_PUBLISHING_SCOPE_HPP

#include <gatewire/session/event_hub.hpp>
#include <gatewire/session/insist.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// Holds back the events that a method publishes while it runs on this thread, so that the answer
/// to a call comes before the events that the call caused. For methods that wait see
/// `turn_executor`.
class publishing_scope {
public:
    explicit publishing_scope(event_hub& hub) noexcept : hub_(hub), outer_(innermost) {
        innermost = this;
    }
    ~publishing_scope() { innermost = outer_; }
    publishing_scope(const publishing_scope&) = delete;
    publishing_scope& operator=(const publishing_scope&) = delete;

    /// The scope of this thread that holds back events of `hub`, or null.
    static publishing_scope* of(const event_hub& hub) noexcept {
        publishing_scope* scope = innermost;
        while (scope != nullptr && &scope->hub_ != &hub) {
            scope = scope->outer_;
        }
        return scope;
    }

    bool is_empty() const noexcept { return held_.empty(); }

    void hold(std::size_t event, std::string_view key, std::string_view data,
              std::string_view target) {
        held_.push_back({event, std::string(key), std::string(data), std::string(target)});
    }

    /// Publishes what was held back, in order, and what is held back meanwhile.
    void release() {
        while (!held_.empty()) {
            for (const held_event& held : std::exchange(held_, {})) {
                insist([&] { hub_.publish(held.event, held.key, held.data, held.target); });
            }
        }
    }

    /// While one lives, nothing is held back on this thread.
    class suspension {
    public:
        suspension() noexcept : suspended_(innermost) { innermost = nullptr; }
        ~suspension() { innermost = suspended_; }
        suspension(const suspension&) = delete;
        suspension& operator=(const suspension&) = delete;

    private:
        publishing_scope* suspended_;
    };

private:
    struct held_event {
        std::size_t event;
        std::string key;
        std::string data;
        std::string target;
    };

    static inline constinit thread_local publishing_scope* innermost = nullptr;

    event_hub& hub_;
    publishing_scope* outer_;
    std::vector<held_event> held_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_PUBLISHING_SCOPE_HPP
