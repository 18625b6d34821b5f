// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CONNECTION_HPP
#define GATEWIRE_SESSION_CONNECTION_HPP

#include <gatewire/credentials.hpp>
#include <gatewire/protocol/connection_watch.hpp>
#include <gatewire/protocol/published_event.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/optional_mutex.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/session/stream.hpp>
#include <gatewire/session/timer.hpp>
#include <gatewire/session/write_batch.hpp>
#include <gatewire/session/write_queue.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <asio/error.hpp>
#include <asio/error_code.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::session {

/// How much one read may bring. A quiet connection holds little memory while it waits; one that
/// fills what it has gets more, so that a busy one needs few reads.
class read_size {
public:
    std::size_t size() const noexcept { return size_; }

    /// A read was offered so much room, and filled so much of it.
    void took(std::size_t offered, std::size_t filled) noexcept {
        if (filled == offered) {
            size_ = (std::min)(size_ * 8, most);
        }
    }

    /// The connection has been quiet.
    void rested() noexcept { size_ = least; }

private:
    static constexpr std::size_t least = 256;  // a call as most are
    static constexpr std::size_t most = std::size_t{64} << 10;

    std::size_t size_ = least;
};

/// Whether a connection is polled rather than waited for: for some time after each sign of life.
/// Guarded by its owner's mutex.
class busy_poll {
public:
    explicit busy_poll(std::chrono::nanoseconds time = {}) noexcept : time_(time) {}

    bool is_wanted() const noexcept { return time_.count() > 0; }

    /// A sign of life.
    void touch(time_point now) noexcept { until_ = protocol::after(now, time_); }

    /// A poll is on its way, or done.
    void turn(bool is_on) noexcept { is_on_ = is_on; }
    bool is_on() const noexcept { return is_on_; }

    bool wants_more(const environment& world) const noexcept {
        return is_wanted() && world.now() < until_;
    }

private:
    std::chrono::nanoseconds time_;
    time_point until_{};
    bool is_on_ = false;
};

using protocol::close_reason;

/// Who owns a connection: what is read is for it. Called with the mutex held that guards both,
/// where nothing else is said.
class connection_user : public std::enable_shared_from_this<connection_user> {
public:
    virtual ~connection_user() = default;

    /// Bytes arrived. The mutex is held by `lock`, which may be let go meanwhile; the next read
    /// starts when this returns true, so it is never called twice at a time. What takes long
    /// belongs into `after_read`.
    virtual bool on_read(std::unique_lock<optional_mutex>& lock, time_point now) = 0;

    /// The next read is under way, or there will be none. Without the mutex.
    virtual void after_read() = 0;

    /// The peer sends no more. It may still read.
    virtual void on_end_of_stream() = 0;

    /// All that was queued is on its way: what was deferred may be queued.
    virtual void on_writable() {}

    /// The connection is over. Once, without the mutex; again if there was no memory for it.
    virtual void on_closed(const close_reason& why) = 0;

    /// Why the connection must end at this moment, if it must, and when to ask again.
    virtual std::optional<close_reason> reason_to_end(time_point now) = 0;
    virtual time_point next_deadline() const = 0;

    /// The connection was quiet: frees what a busier time needed. Nothing that was read stands in a
    /// buffer any more but an unfinished frame.
    virtual void shrink() {}

    /// The connection is closed and its last read over: frees what reading needed.
    virtual void drop_read() {}
};

/// One connection: a stream with one reader, one queue of bytes to be written, and one timer for
/// all deadlines. What the bytes mean is its user's business, which owns it.
///
/// The user's mutex guards it, the stream and the timer included, so any thread may add bytes and
/// start a write; completions arrive wherever the executor likes. What is under way keeps the user.
class connection final : public flushable, public stream_user, public wakeable {
public:
    /// @param user   Owns this, and is owned by a `std::shared_ptr` before `start`.
    /// @param mutex  The user's.
    connection(connection_user& user, optional_mutex& mutex, std::shared_ptr<environment> world,
               std::unique_ptr<stream> carrier, std::size_t frame_size_max,
               const protocol::connection_bounds& bounds)
        : user_(user),
          mutex_(mutex),
          environment_(std::move(world)),
          stream_(std::move(carrier)),
          timer_(environment_->make_timer(stream_->executor())),
          watch_(bounds),
          reader_(frame_size_max) {}
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// Polls for as long after each sign of life. Call before `start`.
    void poll_for(std::chrono::nanoseconds time) noexcept {
        if (stream_->can_be_polled()) {
            polls_ = busy_poll(time);
        }
    }

    // Without the mutex.

    /// Begins to read. Call once.
    void start() {
        const std::lock_guard lock(mutex_);
        watch_.received(now(), false, false);
        guard([this] {
            start_read();
            arm_timer();
        });
    }

    /// Writes what is queued: at the end of the `write_batch` of this thread, if there is one.
    /// @param is_last  No more follows soon: it is worth the while not to trouble the loop with it.
    void flush(bool is_last = false) { write_batch::flush(*this, is_last); }

    const std::string& peer() const noexcept { return stream_->peer(); }
    /// What is known of the peer. Once bytes were read it never changes.
    credentials shown() const { return stream_->shown(); }
    session::environment& world() const noexcept { return *environment_; }
    time_point now() const noexcept { return environment_->now(); }

    // Everything below is called with the mutex held.

    bool is_closed() const noexcept { return closed_; }

    /// Whether anything may still be queued.
    bool may_queue() const noexcept { return !closed_ && !finishing_; }

    /// Queues bytes; `flush` sends them.
    void queue(std::string_view bytes) {
        if (may_queue()) {
            outgoing_.append(bytes);
        }
    }

    void queue(const protocol::shared_frame& frame) {
        if (may_queue()) {
            outgoing_.append(frame);
        }
    }

    /// Queues what a protocol object wrote, and empties it.
    void queue(wire::buffer& bytes) {
        if (may_queue()) {
            outgoing_.append(bytes);
        }
        bytes.clear();
    }

    /// Queues what was deferred, which is sent even if the connection ends behind it.
    void queue_deferred(const protocol::shared_frame& frame) { outgoing_.append(frame); }

    /// What waits for the next write; more may be written at its end if `may_queue`.
    wire::buffer& gathered() noexcept { return outgoing_.gathered(); }
    bool has_gathered() const noexcept { return outgoing_.has_gathered(); }
    /// Whether a write is under way, whose end begins the next one.
    bool is_writing() const noexcept { return outgoing_.is_writing(); }

    /// The user has so many bytes that it queues in `on_writable`.
    void defer(std::size_t bytes) noexcept { deferred_ = bytes; }

    /// Bytes that the operating system has not taken yet, and with them those that are deferred.
    std::size_t unsent() const noexcept { return outgoing_.size(); }
    std::size_t queued() const noexcept { return outgoing_.size() + deferred_; }
    /// All bytes that were ever written.
    std::uint64_t sent() const noexcept { return outgoing_.total(); }

    /// Checks the bounds on what is queued, and has the timer check them again.
    void check_queue() {
        const time_point now = this->now();
        watch_.queued(queued(), now);
        if (auto why = watch_.reason_to_end(now)) {
            close(std::move(*why));
        } else {
            arm_timer();
        }
    }

    /// How long the write that is under way has not moved.
    protocol::duration stuck_for(time_point now) const noexcept { return watch_.stuck_for(now); }

    /// Starts a write if there is something to write and none under way.
    /// @return Whether one is under way now.
    bool start_write() {
        if (!outgoing_.is_writing() && !closed_) {
            refill();
            if (outgoing_.begin()) {
                write_some();
                arm_timer();
            }
        }
        return outgoing_.is_writing();
    }

    /// What was read and is not taken yet.
    wire::frame_reader& frames() noexcept { return reader_; }
    const wire::frame_reader& frames() const noexcept { return reader_; }

    /// The whole frames were taken. @param whole  There was one at least.
    void frames_taken(bool whole, time_point now) noexcept {
        watch_.received(now, reader_.is_partial(), whole);
    }
    time_point last_received() const noexcept { return watch_.last_received(); }

    /// Sends what is queued, then ends the connection. Nothing more is read or queued.
    void finish(close_reason why) {
        if (!finishing_ && !closed_) {
            finishing_ = std::move(why);
            finish_deadline_ = now() + linger_time;
            if (!start_write()) {
                end_sending();
            }
            arm_timer();
        }
    }

    /// Ends the connection now. `on_closed` runs once, later.
    void close(close_reason why) {
        if (closed_) {
            return;
        }
        closed_ = true;
        why_closed_ = std::move(why);
        stream_->close();
        timer_.cancel();
        // The session may need this object for long, but not its buffers.
        if (outgoing_.is_writing()) {
            outgoing_.drop_waiting();
        } else {
            outgoing_.drop_all();
        }
        retry_for_memory([this] {
            asio::post(stream_->executor(), [this, self = user_.shared_from_this()] {
                retry_for_memory([this] { user_.on_closed(why_closed_); });
            });
        });
    }

    /// Runs a step of the connection's. Where there is no memory for it, nobody knows how far it
    /// came: then the connection ends.
    template <class Step>
    void guard(Step&& step) noexcept {
        try {
            step();
        } catch (...) {
            close({errc::internal_error, "no memory"});
        }
    }

    /// Makes the timer fire for the next deadline.
    void arm_timer() {
        if (!closed_) {
            // While it ends, the user is not asked, so its deadlines must not wake us.
            const time_point next = finishing_ ? finish_deadline_ : user_.next_deadline();
            timer_.arm((std::min)(watch_.next_deadline(), next), *this);
        }
    }

    // For write batches and the timer, which hold what they call. The first two without the mutex.
    void flush_now() noexcept override {
        const std::lock_guard lock(mutex_);
        guard([this] { start_write(); });
    }

    // What the system takes is written without telling the loop.
    void flush_all() noexcept override {
        const std::lock_guard lock(mutex_);
        if (outgoing_.is_writing() || closed_) {
            return;
        }
        guard([this] {
            bool is_written = false;
            for (refill(); outgoing_.begin(); refill()) {
                if (!outgoing_.advance(write_now())) {
                    write_some();
                    arm_timer();
                    return;
                }
                is_written = true;
            }
            if (is_written) {
                watch_.queued(0, time_point{});
                poll_for_answer();
            }
        });
    }

    std::shared_ptr<connection> shared_from_this() { return {user_.shared_from_this(), this}; }
    std::weak_ptr<connection> weak_from_this() { return shared_from_this(); }

private:
    static constexpr std::chrono::seconds linger_time{2};
    static constexpr std::chrono::seconds rest_time{1};
    static constexpr int looks_per_turn = 8;  // then the loop may do something else

    void refill() {
        if (deferred_ != 0) {
            user_.on_writable();
        }
    }

    void write_some() {
        const time_point now = this->now();
        watch_.write_moved(now);
        watch_.queued(queued(), now);
        const outgoing_bytes& rest = outgoing_.rest();
        if (rest.is_plain()) {
            stream_->write_some(rest.plain().substr(0, outgoing_bytes::piece_max),
                                shared_from_this());
        } else {
            outgoing_bytes::part_room room;
            stream_->write_parts(rest.parts(room), shared_from_this());
        }
    }

    std::size_t write_now() {
        const outgoing_bytes& rest = outgoing_.rest();
        if (rest.is_plain()) {
            return stream_->write_now(rest.plain().substr(0, outgoing_bytes::piece_max));
        }
        outgoing_bytes::part_room room;
        return stream_->write_parts_now(rest.parts(room));
    }

    void on_written(const asio::error_code& failure, std::size_t size) override {
        const std::lock_guard lock(mutex_);
        if (closed_) {
            outgoing_.drop_all();
        } else {
            guard([&] { go_on_writing(failure, size); });
        }
    }

    void go_on_writing(const asio::error_code& failure, std::size_t size) {
        if (failure) {
            close(finishing_ ? std::move(*finishing_) : stream_->reason(failure));
            outgoing_.drop_all();
        } else if (!outgoing_.advance(size)) {
            write_some();
            arm_timer();
        } else {
            watch_.write_done();
            if (!start_write()) {  // Which arms the timer, if it does.
                watch_.queued(0, time_point{});
                end_sending();
            }
        }
    }

    /// All is written: if the connection is to end, the peer is told, and given time to read.
    void end_sending() {
        if (finishing_ && !closed_) {
            if (!stream_->end_sending() || peer_is_done_) {
                close(std::move(*finishing_));
            }
        }
    }

    void on_wake() override {
        const std::lock_guard lock(mutex_);
        guard([this] { check_deadlines(); });
    }

    void check_deadlines() {
        timer_.disarmed();
        const time_point now = this->now();
        std::optional<close_reason> why = watch_.reason_to_end(now);
        if (finishing_ && now >= finish_deadline_) {
            why = finishing_;
        } else if (!why && !finishing_ && !closed_) {
            why = user_.reason_to_end(now);
        }
        if (why) {
            close(std::move(*why));
        }
        start_write();
        arm_timer();
    }

    void start_read() {
        if (closed_ || polls_.is_on()) {
            return;
        }
        if (!finishing_ && polls_.wants_more(*environment_)) {
            start_poll();
            return;
        }
        is_reading_ = true;
        char* const room = prepare_read();
        stream_->read_some(room, offered_, shared_from_this());
    }

    char* prepare_read() {
        char* const room = reader_.prepare(room_.size());
        offered_ = reader_.room();
        return room;
    }

    void on_bytes(const asio::error_code& failure, std::size_t size) override {
        guard_read([&] {
            const write_batch held(*this);
            const time_point now = this->now();
            {
                std::unique_lock lock(mutex_);
                is_reading_ = false;
                if (failure && !closed_) {
                    end_of_stream(failure);
                }
                if (closed_) {
                    drop_read();
                    return;
                }
                if (failure) {
                    return;
                }
                if (finishing_) {  // What still comes is only taken off the line.
                    start_read();
                    return;
                }
                take_bytes(lock, size, now);
            }
            user_.after_read();
        });
    }

    /// `guard` for what takes the mutex itself.
    template <class Step>
    void guard_read(Step&& step) noexcept {
        try {
            step();
        } catch (...) {
            const std::lock_guard lock(mutex_);
            close({errc::internal_error, "no memory"});
        }
    }

    void take_bytes(std::unique_lock<optional_mutex>& lock, std::size_t size, time_point now) {
        const bool was_resting = now - watch_.last_received() > rest_time;
        reader_.commit(size);
        room_.took(offered_, size);
        polls_.touch(now);
        is_reading_ = true;  // So that nobody else does while the mutex is let go.
        const bool goes_on = user_.on_read(lock, now);
        is_reading_ = false;
        if (closed_) {
            drop_read();
            return;
        }
        if (was_resting) {
            room_.rested();
            reader_.shrink();
            outgoing_.shrink();
            user_.shrink();
        }
        if (goes_on || finishing_) {  // At the end, to hear when the peer has left.
            start_read();
        }
        if (goes_on) {
            arm_timer();
        }
    }

    void drop_read() {
        reader_.drop();
        user_.drop_read();
    }

    void end_of_stream(const asio::error_code& failure) {
        peer_is_done_ = true;
        if (finishing_) {
            close(std::move(*finishing_));
        } else if (failure == asio::error::eof) {
            user_.on_end_of_stream();
        } else if (failure == asio::error::connection_aborted) {
            peer_is_done_ = false;
            finish(stream_->reason(failure));
            start_read();
        } else {
            close(stream_->reason(failure));
        }
    }

    /// Looks for bytes instead of waiting for them, as long as `rpc::spin` says.
    void start_poll() {
        polls_.turn(true);
        asio::post(stream_->executor(), [self = shared_from_this()] { self->poll(); });
    }

    void poll() {
        guard_read([this] { take_poll(); });
    }

    void take_poll() {
        const write_batch held(*this);
        {
            std::unique_lock lock(mutex_);
            polls_.turn(false);
            if (closed_) {
                if (!is_reading_) {
                    drop_read();
                }
                return;
            }
            std::size_t size = 0;
            if (!is_reading_ && !finishing_) {
                char* const room = prepare_read();
                for (int look = 0; look != looks_per_turn && size == 0; ++look) {
                    size = stream_->read_now(room, offered_);
                }
            }
            if (size != 0) {
                take_bytes(lock, size, now());
            } else if (!finishing_ && polls_.wants_more(*environment_)) {
                start_poll();
                return;
            } else if (!is_reading_) {
                start_read();
                return;
            }
        }
        user_.after_read();
    }

    /// What was sent will be answered soon.
    void poll_for_answer() {
        if (polls_.is_wanted()) {
            polls_.touch(now());
            if (!polls_.is_on()) {
                start_poll();
            }
        }
    }

    connection_user& user_;
    optional_mutex& mutex_;
    const std::shared_ptr<session::environment> environment_;
    const std::unique_ptr<stream> stream_;
    deadline_timer timer_;
    protocol::connection_watch watch_;
    write_queue outgoing_;
    std::size_t deferred_ = 0;  // bytes that the user will queue
    wire::frame_reader reader_;
    read_size room_;
    std::size_t offered_ = 0;  // to the read that is under way
    busy_poll polls_;
    bool is_reading_ = false;    // or is taking apart what was read
    bool peer_is_done_ = false;  // it sends no more
    bool closed_ = false;
    close_reason why_closed_{errc::connection_lost, {}};
    std::optional<close_reason> finishing_;
    time_point finish_deadline_ = protocol::never;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CONNECTION_HPP
