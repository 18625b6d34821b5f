// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_MEMORY_CONNECTION_HPP
#define GATEWIRE_TESTING_MEMORY_CONNECTION_HPP

#include <gatewire/session/stream.hpp>
#include <gatewire/testing/clockwork.hpp>
#include <gatewire/testing/trace.hpp>

#include <asio/error.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::testing {

/// What a connection of a `rpc::testing::world` is like. A plain aggregate: name what differs.
struct conditions {
    /// How long bytes are on their way, in each direction. Connecting takes two of it.
    std::chrono::microseconds latency{0};
    /// At most so much is added to each latency, by chance. Bytes never overtake each other.
    std::chrono::microseconds jitter{0};
    /// Whether each read gives a random part of what has arrived, at least one byte.
    bool split_reads = false;
    /// Bytes that may be on their way or unread in one direction; then the writer waits.
    std::size_t window = std::size_t{64} << 10;
};

/// A connection in memory. End 0 is the client's and end 1 the server's; what end 0 writes, end 1
/// reads.
class memory_connection : public std::enable_shared_from_this<memory_connection> {
public:
    memory_connection(clockwork& loop, trace& seen, std::uint64_t number, const conditions& given,
                      std::uint64_t seed)
        : loop_(loop), trace_(seen), number_(number), conditions_(given), chance_(seed) {}

    std::uint64_t number() const noexcept { return number_; }
    bool is_open() const noexcept { return works(0) && works(1); }
    std::uint64_t delivered(std::size_t from) const noexcept { return ways_[from].delivered; }
    void set(const conditions& given) noexcept { conditions_ = given; }

    // What its two streams do.

    void read(std::size_t end, char* room, std::size_t size,
              std::shared_ptr<session::stream_user> user, const asio::any_io_executor& executor) {
        ends_[end].reading = {room, size, std::move(user), executor};
        serve_read(end);
    }

    void write(std::size_t end, std::string_view bytes, std::shared_ptr<session::stream_user> user,
               const asio::any_io_executor& executor) {
        ends_[end].writing = {bytes, std::move(user), executor};
        serve_write(end);
    }

    bool end_sending(std::size_t end) {
        if (!works(end)) {
            return false;
        }
        if (!std::exchange(ways_[end].has_ended, true)) {
            launch(end, {});
        }
        return true;
    }

    void close(std::size_t end) {
        if (std::exchange(ends_[end].is_closed, true)) {
            return;
        }
        fail_both(end, asio::error::operation_aborted);
        if (!std::exchange(ways_[end].has_ended, true)) {
            launch(end, {});
        }
    }

    // What a test does to it.

    /// Breaks it now: both ends hear of it at once, and bytes on their way are lost.
    void cut() {
        trace_.note(loop_.now(), number_, trace::what::cut);
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            ends_[end].is_broken = true;
            ways_[end] = way{.delivered = ways_[end].delivered, .has_ended = true};
            fail_both(end, asio::error::connection_reset);
        }
    }

    /// Breaks it once so many more bytes of one way were read.
    void cut_after(std::size_t from, std::uint64_t bytes) {
        ways_[from].cut_at = ways_[from].delivered + bytes;
        if (bytes == 0) {
            cut();
        }
    }

    /// Lets nothing more arrive of what `from` sends, its end included, or lets all of it go on.
    void hold(std::size_t from, bool is_held) {
        ways_[from].is_held = is_held;
        if (!is_held && !is_lost_) {
            land(from);
        }
    }

    /// Lets nothing arrive any more, ever, and tells nobody.
    void lose() noexcept { is_lost_ = true; }

    /// Forgets who reads and writes, when the network itself ends.
    void abandon() { const auto users = std::exchange(ends_, {}); }

private:
    struct reader {
        char* room = nullptr;
        std::size_t size = 0;
        std::shared_ptr<session::stream_user> user{};
        asio::any_io_executor executor{};
    };
    struct writer {
        std::string_view bytes{};
        std::shared_ptr<session::stream_user> user{};
        asio::any_io_executor executor{};
    };
    struct side {
        reader reading;
        writer writing;
        bool is_closed = false;  // by its own stream
        bool is_broken = false;
    };
    struct packet {
        time_point lands;
        std::string bytes;  // empty: the end
    };
    /// What one end sends.
    struct way {
        std::deque<packet> flying{};
        std::string arrived{};
        std::size_t taken = 0;  // of what arrived
        std::size_t in_flight = 0;
        std::uint64_t delivered = 0;
        std::uint64_t cut_at = static_cast<std::uint64_t>(-1);
        time_point last_landing{};
        bool has_ended = false;     // nothing is sent after what flies
        bool has_end_come = false;  // and the reader knows
        bool is_held = false;

        std::size_t waiting() const noexcept { return arrived.size() - taken; }
    };

    bool works(std::size_t end) const noexcept {
        return !ends_[end].is_closed && !ends_[end].is_broken;
    }

    void serve_write(std::size_t end) {
        side& mine = ends_[end];
        way& out = ways_[end];
        if (!mine.writing.user) {
            return;
        }
        // A peer that is gone is noticed once its end has come.
        if (mine.is_broken || (ends_[1 - end].is_closed && ways_[1 - end].has_end_come)) {
            tell_writer(end, asio::error::broken_pipe, 0);
            return;
        }
        const std::size_t used = out.in_flight + out.waiting();
        const std::size_t room = conditions_.window > used ? conditions_.window - used : 0;
        const std::size_t size = (std::min)(mine.writing.bytes.size(), room);
        if (size != 0) {
            launch(end, std::string(mine.writing.bytes.substr(0, size)));
            tell_writer(end, {}, size);
        }
    }

    void launch(std::size_t end, std::string bytes) {
        way& out = ways_[end];
        out.in_flight += bytes.size();
        const auto jitter =
            static_cast<std::uint64_t>(protocol::bounded(conditions_.jitter).count());
        const std::chrono::nanoseconds more(
            static_cast<std::int64_t>(chance_.below(jitter == 0 ? 0 : jitter + 1)));
        const time_point landing = protocol::after(loop_.now(), conditions_.latency);
        out.last_landing = (std::max)(out.last_landing, protocol::after(landing, more));
        out.flying.push_back({out.last_landing, std::move(bytes)});
        loop_.at(out.last_landing, true, [self = shared_from_this(), end] { self->land(end); });
    }

    /// Takes in what has come by now.
    void land(std::size_t from) {
        way& in = ways_[from];
        if (in.is_held || is_lost_) {
            return;
        }
        while (!in.flying.empty() && in.flying.front().lands <= loop_.now()) {
            const packet next = std::move(in.flying.front());
            in.flying.pop_front();
            in.in_flight -= next.bytes.size();
            in.arrived.append(next.bytes);
            in.has_end_come = in.has_end_come || next.bytes.empty();
        }
        if (ends_[1 - from].is_closed && in.waiting() != 0) {
            reset_later(from);
        }
        serve_read(1 - from);
        if (in.has_end_come) {
            serve_write(1 - from);
        }
    }

    /// Bytes came to an end that nobody reads any more: their sender is told.
    void reset_later(std::size_t end) {
        ways_[end].arrived.clear();
        ways_[end].taken = 0;
        loop_.at(protocol::after(loop_.now(), conditions_.latency), true,
                 [self = shared_from_this(), end] {
                     if (!self->is_lost_ && !self->ways_[1 - end].is_held) {
                         self->ends_[end].is_broken = true;
                         self->serve_read(end);
                         self->serve_write(end);
                     }
                 });
    }

    void serve_read(std::size_t end) {
        side& mine = ends_[end];
        way& in = ways_[1 - end];
        if (!mine.reading.user) {
            return;
        }
        if (in.waiting() != 0) {
            deliver(end, in);
        } else if (in.has_end_come) {
            tell_reader(end, asio::error::eof, 0);
        } else if (mine.is_broken) {
            tell_reader(end, asio::error::connection_reset, 0);
        }
    }

    void deliver(std::size_t end, way& in) {
        const reader& reading = ends_[end].reading;
        std::size_t size = (std::min)(reading.size, in.waiting());
        size = (std::min<std::uint64_t>)(size, in.cut_at - in.delivered);
        if (conditions_.split_reads) {
            size = 1 + chance_.below(size);
        }
        std::memcpy(reading.room, in.arrived.data() + in.taken, size);
        trace_.note(loop_.now(), number_ * 2 + end, {reading.room, size});
        in.taken += size;
        in.delivered += size;
        if (in.taken == in.arrived.size() || in.taken > conditions_.window) {
            in.arrived.erase(0, std::exchange(in.taken, 0));
        }
        tell_reader(end, {}, size);
        if (in.delivered == in.cut_at) {
            cut();
        } else {
            serve_write(1 - end);
        }
    }

    void fail_both(std::size_t end, const asio::error_code& why) {
        if (ends_[end].reading.user) {
            tell_reader(end, why, 0);
        }
        if (ends_[end].writing.user) {
            tell_writer(end, why, 0);
        }
    }

    void tell_reader(std::size_t end, const asio::error_code& failure, std::size_t size) {
        reader ended = std::exchange(ends_[end].reading, {});
        asio::post(ended.executor, [user = std::move(ended.user), failure, size] {
            user->on_bytes(failure, size);
        });
    }

    void tell_writer(std::size_t end, const asio::error_code& failure, std::size_t size) {
        writer ended = std::exchange(ends_[end].writing, {});
        asio::post(ended.executor, [user = std::move(ended.user), failure, size] {
            user->on_written(failure, size);
        });
    }

    clockwork& loop_;
    trace& trace_;
    const std::uint64_t number_;
    conditions conditions_;
    chance chance_;
    std::array<side, 2> ends_;
    std::array<way, 2> ways_;  // of what end 0 and end 1 send
    bool is_lost_ = false;
};

/// One end of a connection in memory.
class memory_stream final : public session::stream {
public:
    memory_stream(std::shared_ptr<memory_connection> connection, std::size_t end,
                  const asio::any_io_executor& executor, std::string peer)
        : connection_(std::move(connection)),
          end_(end),
          executor_(executor),
          peer_(std::move(peer)) {}
    ~memory_stream() override { connection_->close(end_); }

    void read_some(char* room, std::size_t size,
                   std::shared_ptr<session::stream_user> user) override {
        connection_->read(end_, room, size, std::move(user), executor_);
    }
    void write_some(std::string_view bytes, std::shared_ptr<session::stream_user> user) override {
        connection_->write(end_, bytes, std::move(user), executor_);
    }
    bool end_sending() override { return connection_->end_sending(end_); }
    void close() noexcept override { connection_->close(end_); }
    asio::any_io_executor executor() const override { return executor_; }
    const std::string& peer() const noexcept override { return peer_; }

private:
    std::shared_ptr<memory_connection> connection_;
    std::size_t end_;
    asio::any_io_executor executor_;
    std::string peer_;
};

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_MEMORY_CONNECTION_HPP
