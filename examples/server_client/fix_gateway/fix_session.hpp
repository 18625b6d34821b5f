// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FIX_SESSION_HPP
#define TRADER_FIX_SESSION_HPP

// QuickFIX's headers use what C++17 took away (`throw(...)` after a function), so this header and
// its source are C++14 and everything else sees of QuickFIX only what stands here.

#include "fix_message.hpp"

#include <functional>
#include <memory>
#include <string>

namespace trader {
namespace fix {

/// How a session is to be had. Texts as QuickFIX's settings take them.
struct session_setting {
    bool is_acceptor = false;
    std::string host = "127.0.0.1";
    int port = 0;
    std::string sender{};  ///< This side's CompID.
    std::string target{};
    std::string username{};
    std::string password{};
    std::string store{};       ///< The folder where numbers and messages are kept.
    std::string log{};         ///< The folder for what was said; empty: it is not written down.
    std::string dictionary{};  ///< QuickFIX's XML of FIX 4.4.
    std::string start_time = "00:00:00";  ///< In UTC. Numbers begin again at 1 at this time.
    std::string end_time = "00:00:00";
    int heartbeat = 30;  ///< Seconds; the acceptor takes the initiator's.
    int reconnect = 5;   ///< Seconds from one attempt to the next.
    bool reset = false;  ///< Begin each connection with number 1, and forget what was before.
};

/// Called on QuickFIX's threads, partly under its locks: they must hand over and return.
struct session_hooks {
    std::function<void()> on_logon;
    /// The session is over, or its logon was refused.
    std::function<void(std::string reason)> on_logout;
    /// An application's message, or a Reject of one of ours.
    std::function<void(message)> on_message;
};

/// One FIX 4.4 session over TCP: numbers, heartbeats, resending and reconnecting are QuickFIX's.
///
/// What the other side missed and asks for again is sent again, but for what would be wrong later:
/// of what an initiator said before its last logon only cancels are, so that an order never comes
/// to life after its sender has heard that it did not arrive.
///
/// @par Thread safety
/// All functions may be called from any thread, `stop` not from a hook.
class session {
public:
    /// @throws std::runtime_error  With QuickFIX's words if it cannot use the settings.
    session(const session_setting& setting, session_hooks hooks);
    ~session();

    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Begins to connect, or to listen.
    /// @throws std::runtime_error  If it cannot listen.
    void start();
    /// Sends a message, and keeps it in case the other side asks for it again. An acceptor's wait
    /// for the other side if it is not there.
    /// @return Its number; 0 if there is no session to send it in.
    int send(const message& sent);
    bool is_logged_on() const;
    /// Says goodbye and waits a moment for the answer, then ends the threads, which may take a
    /// second. No hook is called after that.
    void stop();

    /// The numbers that come next: of what is sent, and of what is expected.
    std::pair<int, int> numbers() const;
    /// Changes them; for tests of what then happens.
    void set_numbers(int sent, int expected);

private:
    class engine;
    std::unique_ptr<engine> engine_;
};

}  // namespace fix
}  // namespace trader

#endif  // TRADER_FIX_SESSION_HPP
