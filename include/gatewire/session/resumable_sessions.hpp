// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_RESUMABLE_SESSIONS_HPP
#define GATEWIRE_SESSION_RESUMABLE_SESSIONS_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/timer.hpp>

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
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

class server_session;

/// Where the responses to calls of one connection go once its session was resumed on another one,
/// and which connections before it have calls that still run. Guarded by the connection's mutex.
class response_route {
public:
    using session_ptr = std::shared_ptr<server_session>;

    /// The connection that the session is on now, if it is not this one.
    session_ptr successor() const { return goes_on_ ? shared_->current() : nullptr; }

    /// The connections before this one whose calls still run.
    const std::vector<session_ptr>& earlier() const noexcept { return earlier_; }
    std::vector<session_ptr> take_earlier() noexcept { return std::exchange(earlier_, {}); }

    /// Resumes the session of a connection that is closed, whose mutex is held too.
    void succeed(response_route& before, const session_ptr& self) {
        earlier_.swap(before.earlier_);
        shared_ = before.shared_ ? before.shared_ : std::make_shared<shared_place>();
        before.shared_ = shared_;
        before.goes_on_ = true;
        shared_->set(self);
    }

    /// The connection before this one has calls that run.
    void wait_for(session_ptr before) { earlier_.push_back(std::move(before)); }

    /// It has none any more. @return That connection, to be released without the mutex.
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
    /// Which connection a session is on, shared by all that it was on.
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

/// The sessions of a server by name: those with a connection, and those whose connection was lost
/// and that wait for their client.
///
/// Its mutex is the last one: nothing else is locked while it is held.
class resumable_sessions final : public wakeable,
                                 public std::enable_shared_from_this<resumable_sessions> {
public:
    using session_ptr = std::shared_ptr<server_session>;

    /// How a session was resumed so far.
    struct resume_history {
        std::uint64_t attempt = 0;            ///< Of the hello that began or resumed it last.
        std::uint64_t resumes = 0;            ///< How often it was resumed.
        protocol::time_point minute_began{};  ///< A minute in which resumes are counted.
        std::size_t resumes_in_minute = 0;
        /// It must not be resumed before, since it had so many events sent again.
        protocol::time_point rests_until{};
    };

    /// Which session a hello gets.
    struct claim_result {
        session_ptr connection;     ///< The one it was on; null: there is no such session.
        resume_history so_far{};    ///< With the hello counted.
        bool is_too_often = false;  ///< It is here, but must not be resumed so soon again.
    };

    /// @param world  Must outlive this.
    resumable_sessions(environment& world, const asio::any_io_executor& executor,
                       std::chrono::milliseconds grace, const server_limits& limits)
        : world_(world),
          timer_(world.make_timer(executor)),
          grace_(grace),
          lost_max_(limits.sessions_kept_max),
          resumes_per_minute_max_(limits.resumes_per_minute_max) {}

    /// From here on sessions may wait.
    /// @param expired  Is given each session whose client did not come back in time, or that had
    ///                 to make room; called without any mutex.
    void open(std::function<void(const session_ptr&)> expired) {
        const std::lock_guard lock(mutex_);
        expired_ = std::move(expired);
        is_open_ = true;
    }

    /// A session begins, or is resumed, on this connection.
    GATEWIRE_COLD void add(const std::string& name, const std::string& identity,
                           session_ptr connection, const resume_history& so_far) {
        const std::lock_guard lock(mutex_);
        if (const auto before = kept_.find(name); before != kept_.end()) {
            take(before);
        }
        kept_[name] = {std::move(connection), identity, protocol::never, so_far};
    }

    /// Takes out a session whose client has come back, unless it did so too often.
    /// @param attempt  Of its hello, if it has one. That of a hello which was held up on its way is
    ///                 not above the last one. One far above that is no number that a client can
    ///                 have reached: it would keep the session's own client out.
    claim_result claim(const std::string& name, const std::string& identity,
                       std::optional<std::uint64_t> attempt) {
        const std::lock_guard lock(mutex_);
        const auto found = kept_.find(name);
        if (found == kept_.end() || found->second.identity != identity) {
            return {};
        }
        resume_history& so_far = found->second.so_far;
        if (attempt && (*attempt <= so_far.attempt || *attempt - so_far.attempt > leap_max)) {
            return {};
        }
        const protocol::time_point now = world_.now();
        if (so_far.resumes_in_minute == 0 || now - so_far.minute_began >= std::chrono::minutes(1)) {
            so_far.minute_began = now;
            so_far.resumes_in_minute = 0;
        }
        if (so_far.resumes_in_minute >= resumes_per_minute_max_ || now < so_far.rests_until) {
            ++resumes_refused_;
            return {nullptr, {}, true};
        }
        ++resumed_;
        ++so_far.resumes;
        ++so_far.resumes_in_minute;
        so_far.attempt = attempt.value_or(so_far.attempt);
        const resume_history next = so_far;
        return {take(found), next};
    }

    /// A session ends with its connection, which still stands: nobody may resume it any more.
    /// @return false if somebody has already.
    bool forget(const std::string& name, const session_ptr& connection) {
        const std::lock_guard lock(mutex_);
        const auto found = kept_.find(name);
        const bool is_here = found != kept_.end() && found->second.connection == connection;
        if (is_here) {
            take(found);
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
                found->second.expires = protocol::after(world_.now(), grace_);
                waiting_.emplace(found->second.expires, name);
                if (waiting_.size() > lost_max_) {
                    crowded.push_back(take_oldest());
                }
                arm();
                result = fate::waits;
            } else {
                take(found);
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
            lost = take_expired(protocol::never);
            timer_.cancel();
        }
        end_all(lost);
    }

    /// Forgets all, and calls nobody.
    GATEWIRE_COLD void clear() {
        std::map<std::string, kept> dropped;
        const std::lock_guard lock(mutex_);
        is_open_ = false;
        is_cleared_ = true;
        expired_ = nullptr;
        timer_.cancel();
        waiting_.clear();
        dropped.swap(kept_);
    }

    /// How often sessions were resumed, and how often that was refused as too soon.
    std::uint64_t resumed() const {
        const std::lock_guard lock(mutex_);
        return resumed_;
    }
    std::uint64_t resumes_refused() const {
        const std::lock_guard lock(mutex_);
        return resumes_refused_;
    }

    /// Sessions that wait for their client.
    std::size_t waiting() const {
        const std::lock_guard lock(mutex_);
        return waiting_.size();
    }

private:
    struct kept {
        session_ptr connection;
        std::string identity;
        protocol::time_point expires = protocol::never;  // matters once it waits
        resume_history so_far{};
    };

    /// More hellos than a client can have lost on their way while its session was kept.
    static constexpr std::uint64_t leap_max = std::uint64_t{1} << 20;

    session_ptr take(std::map<std::string, kept>::iterator at) {
        session_ptr connection = std::move(at->second.connection);
        waiting_.erase({at->second.expires, at->first});
        kept_.erase(at);
        return connection;
    }

    /// Of those that wait; there must be one.
    session_ptr take_oldest() { return take(kept_.find(waiting_.begin()->second)); }

    std::vector<session_ptr> take_expired(protocol::time_point now) {
        std::vector<session_ptr> taken;
        while (!waiting_.empty() && waiting_.begin()->first <= now) {
            taken.push_back(take_oldest());
        }
        return taken;
    }

    void arm() { timer_.arm(waiting_.empty() ? protocol::never : waiting_.begin()->first, *this); }

    GATEWIRE_COLD void on_wake() override {
        std::vector<session_ptr> expired;
        {
            const std::lock_guard lock(mutex_);
            timer_.disarmed();
            expired = take_expired(world_.now());
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
    std::set<std::pair<protocol::time_point, std::string>> waiting_;  // the oldest first
    deadline_timer timer_;
    std::chrono::milliseconds grace_;
    std::size_t lost_max_;
    std::size_t resumes_per_minute_max_;
    std::uint64_t resumed_ = 0;
    std::uint64_t resumes_refused_ = 0;
    std::function<void(const session_ptr&)> expired_;
    bool is_open_ = false;
    bool is_cleared_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_RESUMABLE_SESSIONS_HPP
