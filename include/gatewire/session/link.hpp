// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_LINK_HPP
#define GATEWIRE_SESSION_LINK_HPP

#include <gatewire/session/busy_poll.hpp>
#include <gatewire/session/cork.hpp>
#include <gatewire/session/read_room.hpp>
#include <gatewire/session/writing_link.hpp>
#include <gatewire/wire/frame.hpp>

#include <asio/error.hpp>
#include <asio/post.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace rpc::inline v1::session {

/// The hands of one connection: `writing_link` and one reader. What the bytes mean is decided by
/// the class derived from it.
class link : public writing_link {
public:
    link(std::shared_ptr<environment> world, std::unique_ptr<stream> carrier,
         std::size_t frame_size_max, const protocol::link_bounds& bounds)
        : writing_link(std::move(world), std::move(carrier), bounds), reader_(frame_size_max) {}

    /// Begins to read. Call once.
    void start() {
        const std::lock_guard lock(mutex_);
        watch_.received(now(), false, false);
        guard([this] {
            start_read();
            arm_timer();
        });
    }

protected:
    /// Bytes arrived. Called with the mutex held by `lock`, which it may let go meanwhile; the next
    /// read starts when it returns true, so it is never called twice at a time. What takes long
    /// belongs into `after_read`.
    virtual bool on_read(std::unique_lock<optional_mutex>& lock, time_point now) = 0;

    /// The next read is under way, or there will be none. Without the mutex.
    virtual void after_read() = 0;
    /// The peer sends no more. With the mutex held; by default the connection ends.
    virtual void on_end_of_stream() {
        shut({errc::connection_lost, "the peer closed the connection"});
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

    /// The connection is closed and its last read over: frees what reading needed. With the mutex
    /// held.
    virtual void drop_read() { reader_.drop(); }

    wire::frame_reader reader_;

private:
    static constexpr std::chrono::seconds rest_time{1};
    static constexpr int looks_per_turn = 8;  // then the loop may do something else

    void start_read() {
        if (is_closed() || polls_.is_on()) {
            return;
        }
        if (!finishing_ && polls_.wants_more(*environment_)) {
            start_poll();
            return;
        }
        is_reading_ = true;
        char* const room = reader_.prepare(room_.size());
        offered_ = reader_.room();
        stream_->read_some(room, offered_, shared_from_this());
    }

    void on_bytes(const asio::error_code& failure, std::size_t size) override {
        guard_read([&] { take_read(failure, size); });
    }

    /// `guard` for what takes the mutex itself.
    template <class Step>
    void guard_read(Step&& step) noexcept {
        try {
            step();
        } catch (...) {
            const std::lock_guard lock(mutex_);
            shut({errc::internal_error, "no memory"});
        }
    }

    void take_read(const asio::error_code& failure, std::size_t size) {
        const cork held;
        const time_point now = this->now();
        {
            std::unique_lock lock(mutex_);
            is_reading_ = false;
            if (is_closed()) {
                drop_read();
                return;
            }
            if (failure) {
                end_of_stream(failure);
                if (is_closed()) {
                    drop_read();
                }
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

    void take_bytes(std::unique_lock<optional_mutex>& lock, std::size_t size, time_point now) {
        const bool was_resting = now - watch_.last_received() > rest_time;
        reader_.commit(size);
        room_.took(offered_, size);
        polls_.heard(now);
        is_reading_ = true;  // So that nobody else does while the mutex is let go.
        const bool goes_on = on_read(lock, now);
        is_reading_ = false;
        if (is_closed()) {
            drop_read();
            return;
        }
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
        asio::post(stream_->executor(),
                   [self = std::static_pointer_cast<link>(shared_from_this())] { self->poll(); });
    }

    void poll() {
        guard_read([this] { take_poll(); });
    }

    void take_poll() {
        const cork held;
        {
            std::unique_lock lock(mutex_);
            polls_.turn(false);
            if (is_closed()) {
                if (!is_reading_) {
                    drop_read();
                }
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
            } else if (!finishing_ && polls_.wants_more(*environment_)) {
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

    /// What was sent will be answered soon.
    void on_sent() override {
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
    bool is_reading_ = false;  // or is taking apart what was read
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_LINK_HPP
