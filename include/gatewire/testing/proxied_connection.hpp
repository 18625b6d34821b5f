// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_PROXIED_CONNECTION_HPP
#define GATEWIRE_TESTING_PROXIED_CONNECTION_HPP

#include <gatewire/session/sockets.hpp>
#include <gatewire/testing/proxy_faults.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/socket_base.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>

namespace rpc::inline v1::testing {

/// One client's connection through a proxy: two sockets, and the bytes on their way between them.
/// Everything runs on the proxy's thread.
class proxied_connection : public std::enable_shared_from_this<proxied_connection> {
public:
    proxied_connection(const asio::any_io_executor& executor, proxy_faults& faults)
        : to_client(executor),
          to_server(executor),
          faults_(&faults),
          halves_{half{&to_client, &to_server, &faults.ways[0], asio::steady_timer(executor)},
                  half{&to_server, &to_client, &faults.ways[1], asio::steady_timer(executor)}} {}

    /// Passes bytes from now on; both sockets are connected.
    void start() {
        for (half& one : halves_) {
            read(one);
        }
    }

    bool is_open() const noexcept { return to_client.is_open() || to_server.is_open(); }

    /// Ends both connections as a process does that ends orderly.
    void cut() {
        asio::error_code ignored;
        for (half& one : halves_) {
            one.pause.cancel();
        }
        to_client.close(ignored);
        to_server.close(ignored);
    }

    /// Ends both connections as a process does that dies: TCP says RST.
    void reset() {
        asio::error_code ignored;
        to_client.set_option(asio::socket_base::linger(true, 0), ignored);
        to_server.set_option(asio::socket_base::linger(true, 0), ignored);
        cut();
    }

    /// Nothing passes any more, and nobody is told.
    void vanish() noexcept { has_vanished_ = true; }

    /// Goes on with what was held back, as far as the faults let it.
    void go_on() {
        for (half& one : halves_) {
            forward(one);
        }
    }

    session::stream_socket to_client;
    session::stream_socket to_server;

private:
    /// The bytes of one direction.
    struct half {
        session::stream_socket* from;
        session::stream_socket* to;
        direction_faults* faults;
        asio::steady_timer pause;
        std::array<char, 16384> bytes{};
        std::size_t begin = 0;
        std::size_t end = 0;
        bool is_busy = false;    // A write or a pause is under way.
        bool has_ended = false;  // The sender closed its side.
        bool is_closed = false;  // The receiver was told so.
    };

    void read(half& one) {
        one.from->async_read_some(
            asio::buffer(one.bytes),
            [self = shared_from_this(), &one](asio::error_code failed, std::size_t count) {
                if (failed && failed != asio::error::eof) {
                    self->fail(failed);
                    return;
                }
                one.has_ended = bool(failed);
                one.begin = 0;
                one.end = count;
                self->forward(one);
            });
    }

    void forward(half& one) {
        if (has_vanished_ || one.is_busy || one.faults->is_stalled || !is_open()) {
            return;
        }
        if (one.begin == one.end) {
            close_half(one);
            return;
        }
        if (one.faults->is_lost) {
            one.faults->lost += one.end - one.begin;
            one.begin = one.end;
            read(one);
            return;
        }
        if (one.faults->must_cut()) {
            cut_as_asked(one);
            return;
        }
        const std::size_t count = one.faults->allowed((std::min)(one.end - one.begin, slice()));
        one.faults->pass(one.bytes.data() + one.begin, count);
        one.is_busy = true;
        asio::async_write(
            *one.to, asio::buffer(one.bytes.data() + one.begin, count),
            [self = shared_from_this(), &one](asio::error_code failed, std::size_t written) {
                one.begin += written;
                self->after_write(one, failed);
            });
    }

    void after_write(half& one, asio::error_code failed) {
        one.is_busy = false;
        if (failed) {
            fail(failed);
        } else if (one.faults->must_cut()) {
            cut_as_asked(one);
        } else if (faults_->bytes_per_second > 0) {
            one.is_busy = true;
            one.pause.expires_after(tick);
            one.pause.async_wait([self = shared_from_this(), &one](asio::error_code) {
                one.is_busy = false;
                self->next(one);
            });
        } else {
            next(one);
        }
    }

    void next(half& one) {
        if (!is_open()) {
            return;
        }
        if (one.begin < one.end) {
            forward(one);
        } else {
            read(one);
        }
    }

    void cut_as_asked(half& one) {
        one.faults->cut_at.reset();
        cut();
    }

    /// Tells the receiver that the sender says no more; it may still speak itself.
    void close_half(half& one) {
        if (!one.has_ended || one.is_closed) {
            return;
        }
        one.is_closed = true;
        asio::error_code ignored;
        one.to->shutdown(asio::socket_base::shutdown_send, ignored);
        if (halves_[0].is_closed && halves_[1].is_closed) {
            cut();
        }
    }

    void fail(asio::error_code why) {
        // Who vanished stays silent; whose sockets were closed here has been told already.
        if (has_vanished_ || why == asio::error::operation_aborted) {
            return;
        }
        if (why == asio::error::connection_reset) {
            reset();
        } else {
            cut();
        }
    }

    /// What may pass at once.
    std::size_t slice() const noexcept {
        const std::size_t rate = faults_->bytes_per_second;
        return rate == 0 ? sizeof(half::bytes)
                         : (std::max<std::size_t>)(1, rate / ticks_per_second);
    }

    static constexpr std::size_t ticks_per_second = 50;
    static constexpr std::chrono::milliseconds tick{1000 / ticks_per_second};

    proxy_faults* faults_;
    bool has_vanished_ = false;
    std::array<half, 2> halves_;
};

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_PROXIED_CONNECTION_HPP
