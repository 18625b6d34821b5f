// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_WRITING_LINK_HPP
#define GATEWIRE_SESSION_WRITING_LINK_HPP

#include <gatewire/protocol/link_watch.hpp>
#include <gatewire/session/cork.hpp>
#include <gatewire/session/deadline_timer.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/insist.hpp>
#include <gatewire/session/optional_mutex.hpp>
#include <gatewire/session/write_queue.hpp>

#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::session {

using protocol::close_reason;

/// One connection as it sends and ends: a writer with a queue, and one timer for all deadlines.
///
/// Everything below `mutex_` is touched with the mutex held, the stream and the timer included, so
/// any thread may add bytes and start a write; completions arrive wherever the executor likes.
class writing_link : public flushable,
                     public stream_user,
                     public wakeable,
                     public std::enable_shared_from_this<writing_link> {
public:
    writing_link(std::shared_ptr<environment> world, std::unique_ptr<stream> carrier,
                 const protocol::link_bounds& bounds)
        : environment_(std::move(world)),
          stream_(std::move(carrier)),
          timer_(environment_->make_timer(stream_->executor())),
          watch_(bounds) {}
    writing_link(const writing_link&) = delete;
    writing_link& operator=(const writing_link&) = delete;

    /// Writes what is queued, unless a cork is set on this thread: then when it is drawn.
    /// @param is_last  No more follows soon: it is worth the while not to trouble the loop with it.
    void flush(bool is_last = false) { cork::flush(*this, is_last); }

    void flush_now() noexcept override {
        const std::lock_guard lock(mutex_);
        guard([this] { start_write(); });
    }

    void flush_all() noexcept override {
        const std::lock_guard lock(mutex_);
        guard([this] { write_at_once(); });
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
    /// The connection is over. Once, without the mutex.
    /// Called again if there was no memory for it.
    virtual void on_closed(const close_reason& why) = 0;

    /// Deadlines of the derived class, with the mutex held.
    virtual std::optional<close_reason> look(time_point now) = 0;
    virtual time_point next_deadline() const = 0;

    /// All that was queued is on its way: what the derived class held back may follow. With the
    /// mutex held.
    virtual void refill() {}

    /// Something was written at once, so that nothing is told of it later. With the mutex held.
    virtual void on_sent() {}

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
        why_closed_ = std::move(why);
        stream_->close();
        timer_.cancel();
        // The session may need this object for long, but not its buffers.
        if (outgoing_.is_writing()) {
            outgoing_.drop_waiting();
        } else {
            outgoing_.drop_all();
        }
        insist([this] {
            asio::post(stream_->executor(), [self = shared_from_this()] {
                insist([&] { self->on_closed(self->why_closed_); });
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
            shut({errc::internal_error, "no memory"});
        }
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
            if (!outgoing_.advance(write_now())) {
                write_some();
                arm_timer();
                return;
            }
            is_written = true;
        }
        if (is_written) {
            watch_.queued(0, time_point{});
            on_sent();
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

    const std::shared_ptr<session::environment> environment_;
    mutable optional_mutex mutex_;
    const std::unique_ptr<stream> stream_;
    deadline_timer timer_;
    protocol::link_watch watch_;
    write_queue outgoing_;
    std::size_t held_back_ = 0;  // bytes that the derived class will queue
    std::optional<close_reason> finishing_;
    bool peer_is_done_ = false;  // it sends no more

private:
    static constexpr std::chrono::seconds linger_time{2};

    void write_some() {
        const time_point now = this->now();
        watch_.write_moved(now);
        watch_.queued(queued(), now);
        const outgoing_bytes& rest = outgoing_.rest();
        if (rest.is_plain()) {
            stream_->write_some(rest.plain(), shared_from_this());
        } else {
            outgoing_bytes::part_room room;
            stream_->write_parts(rest.parts(room), shared_from_this());
        }
    }

    std::size_t write_now() {
        const outgoing_bytes& rest = outgoing_.rest();
        if (rest.is_plain()) {
            return stream_->write_now(rest.plain());
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
            shut(finishing_ ? std::move(*finishing_) : stream_->reason(failure));
            outgoing_.drop_all();
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
        guard([this] { look_around(); });
    }

    void look_around() {
        timer_.disarmed();
        const time_point now = this->now();
        std::optional<close_reason> why = watch_.reason_to_end(now);
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

    bool closed_ = false;
    close_reason why_closed_{errc::connection_lost, {}};
    time_point finish_deadline_ = protocol::never;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_WRITING_LINK_HPP
