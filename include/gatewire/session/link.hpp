// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_LINK_HPP
#define GATEWIRE_SESSION_LINK_HPP

#include <gatewire/protocol/link_watch.hpp>
#include <gatewire/session/busy_poll.hpp>
#include <gatewire/session/cork.hpp>
#include <gatewire/session/deadline_timer.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/read_room.hpp>
#include <gatewire/session/write_queue.hpp>
#include <gatewire/wire/frame.hpp>

#include <asio/error.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace rpc::inline v1::session {

using protocol::close_reason;

/// The hands of one connection: one reader, one writer with a queue, one timer.
///
/// What the bytes mean is decided by the class derived from it. Everything below `mutex_` is
/// touched with the mutex held, the stream and the timer included, so any thread may add bytes and
/// start a write; completions arrive wherever the executor likes.
class link : public flushable,
             public stream_user,
             public wakeable,
             public std::enable_shared_from_this<link> {
public:
    link(std::shared_ptr<environment> world, std::unique_ptr<stream> carrier,
         std::size_t frame_size_max, const protocol::link_bounds& bounds)
        : environment_(std::move(world)),
          stream_(std::move(carrier)),
          timer_(environment_->make_timer(stream_->executor())),
          reader_(frame_size_max),
          watch_(bounds) {}
    link(const link&) = delete;
    link& operator=(const link&) = delete;

    /// Begins to read. Call once.
    void start() {
        const std::lock_guard lock(mutex_);
        watch_.received(now(), false, false);
        start_read();
        arm_timer();
    }

    /// Writes what is queued, unless a cork is set on this thread: then when it is drawn.
    /// @param is_last  No more follows soon: it is worth the while not to trouble the loop with it.
    void flush(bool is_last = false) { cork::flush(*this, is_last); }

    void flush_now() override {
        const std::lock_guard lock(mutex_);
        start_write();
    }

    void flush_all() override {
        const std::lock_guard lock(mutex_);
        write_at_once();
    }

    /// Ends the connection. `on_closed` runs once, later.
    void close(close_reason why) {
        const std::lock_guard lock(mutex_);
        shut(std::move(why));
    }

    /// Bytes that the operating system has not taken yet.
    std::size_t queued_bytes() const {
        const std::lock_guard lock(mutex_);
        return queued();
    }

    const std::string& peer() const noexcept { return stream_->peer(); }
    session::environment& world() const noexcept { return *environment_; }
    time_point now() const noexcept { return environment_->now(); }

protected:
    /// Bytes arrived. Called with the mutex held by `lock`, which it may let go meanwhile; the next
    /// read starts when it returns true, so it is never called twice at a time. What takes long
    /// belongs into `after_read`.
    virtual bool on_read(std::unique_lock<std::mutex>& lock, time_point now) = 0;

    /// The next read is under way, or there will be none. Without the mutex.
    virtual void after_read() = 0;
    /// The peer sends no more. With the mutex held; by default the connection ends.
    virtual void on_end_of_stream() {
        shut({errc::connection_lost, "the peer closed the connection"});
    }

    /// The connection is over. Once, without the mutex.
    virtual void on_closed(const close_reason& why) = 0;

    /// Deadlines of the derived class, with the mutex held.
    virtual std::optional<close_reason> look(time_point now) = 0;
    virtual time_point next_deadline() const = 0;

    /// All that was queued is on its way: what the derived class held back may follow. With the
    /// mutex held.
    virtual void refill() {}

    // Everything below is called with the mutex held.
    bool is_closed() const noexcept { return closed_; }
    std::size_t queued() const noexcept { return outgoing_.size() + held_back_; }

    /// Whether anything may still be queued.
    bool may_queue() const noexcept { return !closed_ && !finishing_; }

    /// Queues bytes; `flush` sends them.
    void queue(std::string_view bytes) {
        if (may_queue()) {
            outgoing_.append(bytes);
        }
    }

    /// Queues what a protocol object wrote, and empties it.
    void queue(wire::buffer& bytes) {
        if (may_queue()) {
            outgoing_.append(bytes);
        }
        bytes.clear();
    }

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

    /// Ends the connection now.
    void shut(close_reason why) {
        if (closed_) {
            return;
        }
        closed_ = true;
        stream_->close();
        timer_.cancel();
        asio::post(stream_->executor(),
                   [self = shared_from_this(), why = std::move(why)] { self->on_closed(why); });
    }

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

    /// The same, but what the system takes is written without telling the loop.
    void write_at_once() {
        if (outgoing_.is_writing() || closed_) {
            return;
        }
        bool is_written = false;
        for (refill(); outgoing_.begin(); refill()) {
            if (!outgoing_.advance(stream_->write_now(outgoing_.rest()))) {
                write_some();
                arm_timer();
                return;
            }
            is_written = true;
        }
        if (is_written) {
            watch_.queued(0, time_point{});
            expect_answer();
        }
    }

    /// Makes the timer fire for the next deadline.
    void arm_timer() {
        if (!closed_) {
            // While it ends, the derived class is not asked, so its deadlines must not wake us.
            const time_point next = finishing_ ? finish_deadline_ : next_deadline();
            timer_.arm((std::min)(watch_.next_deadline(), next), *this);
        }
    }

    /// Polls for as long after each sign of life. Call before `start`.
    void poll_for(std::chrono::nanoseconds time) noexcept {
        if (stream_->can_be_polled()) {
            polls_ = busy_poll(time);
        }
    }

    /// The connection was quiet: frees what a busier time needed. Nothing that was read stands in a
    /// buffer any more but an unfinished frame.
    virtual void trim() {
        room_.rested();
        reader_.shrink();
        outgoing_.shrink();
    }

    const std::shared_ptr<session::environment> environment_;
    mutable std::mutex mutex_;
    const std::unique_ptr<stream> stream_;
    deadline_timer timer_;
    wire::frame_reader reader_;
    protocol::link_watch watch_;
    write_queue outgoing_;
    std::size_t held_back_ = 0;  // bytes that the derived class will queue

private:
    static constexpr std::chrono::seconds linger_time{2};
    static constexpr std::chrono::seconds rest_time{1};
    static constexpr int looks_per_turn = 8;  // then the loop may do something else

    void start_read() {
        if (closed_ || polls_.is_on()) {
            return;
        }
        if (polls_.wants_more(*environment_)) {
            start_poll();
            return;
        }
        is_reading_ = true;
        char* const room = reader_.prepare(room_.size());
        offered_ = reader_.room();
        stream_->read_some(room, offered_, shared_from_this());
    }

    void on_bytes(const asio::error_code& failure, std::size_t size) override {
        const cork held;
        const time_point now = this->now();
        {
            std::unique_lock lock(mutex_);
            is_reading_ = false;
            if (closed_) {
                return;
            }
            if (failure) {
                end_of_stream(failure);
                return;
            }
            if (finishing_) {  // What still comes is not read any more, only taken off the line.
                start_read();
                return;
            }
            take_bytes(lock, size, now);
        }
        after_read();
    }

    void take_bytes(std::unique_lock<std::mutex>& lock, std::size_t size, time_point now) {
        const bool was_resting = now - watch_.last_received() > rest_time;
        reader_.commit(size);
        room_.took(offered_, size);
        polls_.heard(now);
        const bool goes_on = on_read(lock, now);
        if (was_resting) {
            trim();
        }
        if (goes_on || finishing_) {  // At the end, to hear when the peer has left.
            start_read();
        }
        if (goes_on) {
            arm_timer();
        }
    }

    /// Looks for bytes instead of waiting for them, as long as `rpc::spin` says.
    void start_poll() {
        polls_.turn(true);
        asio::post(stream_->executor(), [self = shared_from_this()] { self->poll(); });
    }

    void poll() {
        const cork held;
        {
            std::unique_lock lock(mutex_);
            polls_.turn(false);
            if (closed_) {
                return;
            }
            std::size_t size = 0;
            if (!is_reading_ && !finishing_) {
                char* const room = reader_.prepare(room_.size());
                offered_ = reader_.room();
                for (int look = 0; look != looks_per_turn && size == 0; ++look) {
                    size = stream_->read_now(room, offered_);
                }
            }
            if (size != 0) {
                take_bytes(lock, size, now());
            } else if (polls_.wants_more(*environment_)) {
                start_poll();
                return;
            } else if (!is_reading_) {
                start_read();
                return;
            }
        }
        after_read();
    }

    void end_of_stream(const asio::error_code& failure) {
        peer_is_done_ = true;
        if (finishing_) {
            shut(std::move(*finishing_));
        } else if (failure == asio::error::eof) {
            on_end_of_stream();
        } else if (failure == asio::error::connection_aborted) {
            peer_is_done_ = false;
            finish(stream_->reason(failure));
            start_read();
        } else {
            shut(stream_->reason(failure));
        }
    }

    void write_some() {
        const time_point now = this->now();
        watch_.write_moved(now);
        watch_.queued(queued(), now);
        stream_->write_some(outgoing_.rest(), shared_from_this());
    }

    void on_written(const asio::error_code& failure, std::size_t size) override {
        const std::lock_guard lock(mutex_);
        if (closed_) {
            return;
        }
        if (failure) {
            shut(finishing_ ? std::move(*finishing_) : stream_->reason(failure));
        } else if (!outgoing_.advance(size)) {
            write_some();
        } else {
            watch_.write_done();
            if (!start_write()) {
                watch_.queued(0, time_point{});
                end_sending();
            }
        }
        arm_timer();
    }

    /// All is written: if the connection is to end, the peer is told, and given time to read.
    void end_sending() {
        if (finishing_ && !closed_) {
            if (!stream_->end_sending() || peer_is_done_) {
                shut(std::move(*finishing_));
            }
        }
    }

    void on_wake() override {
        const std::lock_guard lock(mutex_);
        timer_.disarmed();
        const time_point now = this->now();
        std::optional<close_reason> why = watch_.check(now);
        if (finishing_ && now >= finish_deadline_) {
            why = finishing_;
        } else if (!why && !finishing_ && !closed_) {
            why = look(now);
        }
        if (why) {
            shut(std::move(*why));
        }
        start_write();
        arm_timer();
    }

    /// Something was sent: it will be answered soon.
    void expect_answer() {
        if (polls_.is_wanted()) {
            polls_.heard(now());
            if (!polls_.is_on()) {
                start_poll();
            }
        }
    }

    read_room room_;
    std::size_t offered_ = 0;  // to the read that is under way
    busy_poll polls_;
    bool is_reading_ = false;
    bool closed_ = false;
    bool peer_is_done_ = false;  // it sends no more
    std::optional<close_reason> finishing_;
    time_point finish_deadline_ = protocol::never;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_LINK_HPP
