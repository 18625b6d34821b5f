// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SESSION_KEEPER_HPP
#define GATEWIRE_SESSION_SESSION_KEEPER_HPP

#include <gatewire/protocol/link_watch.hpp>
#include <gatewire/session/deadline_timer.hpp>
#include <gatewire/session/environment.hpp>

#include <asio/any_io_executor.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

class server_session;

/// The sessions of a server by name: those with a connection, and those whose connection was lost
/// and that wait for their client.
///
/// Its mutex is the last one: nothing else is locked while it is held.
class session_keeper final : public wakeable, public std::enable_shared_from_this<session_keeper> {
public:
    using session_ptr = std::shared_ptr<server_session>;

    /// @param world  Must outlive this.
    session_keeper(environment& world, const asio::any_io_executor& executor,
                   std::chrono::milliseconds grace, std::size_t lost_max)
        : world_(world), timer_(world.make_timer(executor)), grace_(grace), lost_max_(lost_max) {}

    /// From here on sessions may wait.
    /// @param expired  Is given each session whose client did not come back in time, or that had
    ///                 to make room; called without any mutex.
    void open(std::function<void(const session_ptr&)> expired) {
        const std::lock_guard lock(mutex_);
        expired_ = std::move(expired);
        is_open_ = true;
    }

    /// A session begins, or goes on, with this connection, by the hello of this attempt.
    void add(const std::string& name, const std::string& identity, session_ptr connection,
             std::uint64_t attempt) {
        const std::lock_guard lock(mutex_);
        kept_[name] = {std::move(connection), identity, protocol::never, attempt};
    }

    /// Takes out a session whose client has come back.
    /// @param attempt  Of its hello, if it says so. One that was held up on its way is older than
    /// the
    ///                 one that the session goes on with.
    /// @return Null if it is not here, or not for this hello.
    session_ptr claim(const std::string& name, const std::string& identity,
                      std::optional<std::uint64_t> attempt) {
        const std::lock_guard lock(mutex_);
        const auto found = kept_.find(name);
        if (found == kept_.end() || found->second.identity != identity ||
            (attempt && *attempt <= found->second.attempt)) {
            return nullptr;
        }
        session_ptr connection = std::move(found->second.connection);
        kept_.erase(found);
        return connection;
    }

    /// A session ends with its connection, which still stands: nobody goes on with it any more.
    /// @return false if somebody does already.
    bool forget(const std::string& name, const session_ptr& connection) {
        const std::lock_guard lock(mutex_);
        const auto found = kept_.find(name);
        const bool is_here = found != kept_.end() && found->second.connection == connection;
        if (is_here) {
            kept_.erase(found);
        }
        return is_here;
    }

    /// What becomes of a session whose connection is over.
    enum class fate : unsigned char { waits, ends, goes_on_elsewhere };

    /// The connection of a session is over. @param is_lost  Its client may come back.
    fate release(const std::string& name, const session_ptr& connection, bool is_lost) {
        std::vector<session_ptr> crowded;
        fate result = fate::ends;
        {
            const std::lock_guard lock(mutex_);
            const auto found = kept_.find(name);
            if (found == kept_.end() || found->second.connection != connection) {
                return is_cleared_ ? fate::ends : fate::goes_on_elsewhere;
            }
            if (is_lost && is_open_) {
                // Before `never`: that means a connection.
                found->second.expires = (std::min)(protocol::after(world_.now(), grace_),
                                                   protocol::never - protocol::duration(1));
                crowded = take_crowded();
                arm();
                result = fate::waits;
            } else {
                kept_.erase(found);
            }
        }
        end_all(crowded);
        return result;
    }

    /// Ends every session that waits, and lets no more wait until `open`.
    void close() {
        std::vector<session_ptr> lost;
        {
            const std::lock_guard lock(mutex_);
            is_open_ = false;
            lost = take_if([](const kept& one) { return one.expires != protocol::never; });
            timer_.cancel();
        }
        end_all(lost);
    }

    /// Forgets all without a word.
    void clear() {
        std::map<std::string, kept> dropped;
        const std::lock_guard lock(mutex_);
        is_open_ = false;
        is_cleared_ = true;
        expired_ = nullptr;
        timer_.cancel();
        dropped.swap(kept_);
    }

    /// Sessions that wait for their client.
    std::size_t waiting() const {
        const std::lock_guard lock(mutex_);
        return count_waiting();
    }

private:
    struct kept {
        session_ptr connection;
        std::string identity;
        protocol::time_point expires = protocol::never;  // never while it has a connection
        std::uint64_t attempt = 0;                       // of the hello it goes on with
    };

    std::size_t count_waiting() const {
        std::size_t count = 0;
        for (const auto& [name, one] : kept_) {
            count += one.expires != protocol::never ? 1 : 0;
        }
        return count;
    }

    template <class Wanted>
    std::vector<session_ptr> take_if(Wanted&& wanted) {
        std::vector<session_ptr> taken;
        std::erase_if(kept_, [&](auto& one) {
            const bool is_wanted = wanted(one.second);
            if (is_wanted) {
                taken.push_back(std::move(one.second.connection));
            }
            return is_wanted;
        });
        return taken;
    }

    std::vector<session_ptr> take_crowded() {
        if (count_waiting() <= lost_max_) {
            return {};
        }
        const protocol::time_point oldest = next_expiry();
        bool is_taken = false;
        return take_if([&](const kept& one) {
            return one.expires == oldest && !std::exchange(is_taken, true);
        });
    }

    protocol::time_point next_expiry() const {
        protocol::time_point next = protocol::never;
        for (const auto& [name, one] : kept_) {
            next = (std::min)(next, one.expires);
        }
        return next;
    }

    void arm() { timer_.arm(next_expiry(), *this); }

    void on_wake() override {
        std::vector<session_ptr> expired;
        {
            const std::lock_guard lock(mutex_);
            timer_.disarmed();
            const protocol::time_point now = world_.now();
            expired = take_if([now](const kept& one) { return one.expires <= now; });
            arm();
        }
        end_all(expired);
    }

    void end_all(const std::vector<session_ptr>& sessions) {
        std::function<void(const session_ptr&)> expired;
        {
            const std::lock_guard lock(mutex_);
            expired = expired_;
        }
        for (const session_ptr& one : sessions) {
            if (expired) {
                expired(one);
            }
        }
    }

    environment& world_;
    mutable std::mutex mutex_;
    std::map<std::string, kept> kept_;
    deadline_timer timer_;
    std::chrono::milliseconds grace_;
    std::size_t lost_max_;
    std::function<void(const session_ptr&)> expired_;
    bool is_open_ = false;
    bool is_cleared_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SESSION_KEEPER_HPP
