// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SESSION_ROUTE_HPP
#define GATEWIRE_SESSION_SESSION_ROUTE_HPP

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

class server_session;

/// Where the responses to calls of one connection go once its session goes on on another one, and
/// which connections before it have calls that still run. Guarded by the connection's mutex.
class session_route {
public:
    using session_ptr = std::shared_ptr<server_session>;

    /// The connection that the session is on now, if it is not this one.
    session_ptr successor() const { return goes_on_ ? shared_->current() : nullptr; }

    /// The connections before this one whose calls still run.
    const std::vector<session_ptr>& earlier() const noexcept { return earlier_; }
    std::vector<session_ptr> take_earlier() noexcept { return std::exchange(earlier_, {}); }

    /// Goes on with the session of a connection that is closed, whose mutex is held too.
    void succeed(session_route& before, const session_ptr& self) {
        earlier_.swap(before.earlier_);
        shared_ = before.shared_ ? before.shared_ : std::make_shared<shared_place>();
        before.shared_ = shared_;
        before.goes_on_ = true;
        shared_->set(self);
    }

    /// The connection before this one has calls that run.
    void wait_for(session_ptr before) { earlier_.push_back(std::move(before)); }

    /// It has none any more. @return What must be let go without the mutex.
    session_ptr forget(const server_session* done) noexcept {
        const auto found =
            std::find_if(earlier_.begin(), earlier_.end(),
                         [done](const session_ptr& one) { return one.get() == done; });
        if (found == earlier_.end()) {
            return nullptr;
        }
        session_ptr let_go = std::move(*found);
        earlier_.erase(found);
        return let_go;
    }

private:
    /// Which connection a session is on, for all that it was on.
    class shared_place {
    public:
        void set(const session_ptr& session) {
            const std::lock_guard lock(mutex_);
            current_ = session;
        }
        session_ptr current() const {
            const std::lock_guard lock(mutex_);
            return current_.lock();
        }

    private:
        mutable std::mutex mutex_;  // taken after those of connections
        std::weak_ptr<server_session> current_;
    };

    std::vector<session_ptr> earlier_;
    std::shared_ptr<shared_place> shared_;  // null while the session was on no other connection
    bool goes_on_ = false;                  // elsewhere
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SESSION_ROUTE_HPP
