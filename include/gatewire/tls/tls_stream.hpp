// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TLS_TLS_STREAM_HPP
#define GATEWIRE_TLS_TLS_STREAM_HPP

#include <gatewire/session/stream.hpp>
#include <gatewire/tls/record_layer.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/error.hpp>
#include <asio/error_code.hpp>
#include <asio/post.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::tls {

using session::handshake_user;
using session::stream;
using session::stream_user;

/// The last bytes of a stream that was closed: how their write ends matters to nobody.
struct farewell final : stream_user {
    void on_bytes(const asio::error_code&, std::size_t) override {}
    void on_written(const asio::error_code&, std::size_t) override {}
    std::string bytes;
};

/// Operations that have ended, and whom to call about that.
struct stream_endings {
    std::shared_ptr<stream_user> reader;
    asio::error_code read_failure;
    std::size_t read = 0;
    std::shared_ptr<stream_user> writer;
    asio::error_code write_failure;
    std::size_t written = 0;
    std::shared_ptr<handshake_user> shaker;
    protocol::close_reason shake_failure{errc::connection_lost, {}};

    /// Nothing of the stream may be touched after it: a user may have destroyed it.
    void report() const {
        if (shaker) {
            shaker->on_handshake(shake_failure);
        }
        if (writer) {
            writer->on_written(write_failure, written);
        }
        if (reader) {
            reader->on_bytes(read_failure, read);
        }
    }
    void report_later(const asio::any_io_executor& executor) {
        if (reader || writer || shaker) {
            asio::post(executor, [later = std::move(*this)] { later.report(); });
        }
    }
};

struct pending_read {
    std::weak_ptr<stream_user> user;
    char* room = nullptr;
    std::size_t size = 0;  // zero: none is under way
};
struct pending_write {
    std::weak_ptr<stream_user> user;
    std::string_view bytes;  // empty: none is under way
    std::size_t taken = 0;
};

/// TLS over any stream.
///
/// Everything below `mutex_` is touched with the mutex held; users are called without it. What is
/// under way below keeps this side's user, and so this stream, which is a part of its user, alive.
class tls_stream final : public session::secure_stream, private stream_user {
public:
    /// @param host  Whom a client wants to reach; empty at a server.
    tls_stream(std::unique_ptr<stream> plain, owned<SSL> connection, std::string host)
        : plain_(std::move(plain)),
          layer_(std::move(connection), std::move(host)),
          peer_(address_of_peer(plain_->peer())) {}

    void shake_hands(std::shared_ptr<handshake_user> user) override {
        const std::lock_guard lock(mutex_);
        shaker_ = user;
        owner_ = user;
        advance().report_later(plain_->executor());
    }

    void read_some(char* room, std::size_t size, std::shared_ptr<stream_user> user) override {
        const std::lock_guard lock(mutex_);
        reader_ = {user, room, size};
        owner_ = user;
        advance().report_later(plain_->executor());
    }

    void write_some(std::string_view bytes, std::shared_ptr<stream_user> user) override {
        const std::lock_guard lock(mutex_);
        writer_ = {user, bytes, 0};
        owner_ = user;
        advance().report_later(plain_->executor());
    }

    bool end_sending() override {
        const std::lock_guard lock(mutex_);
        is_done_sending_ = true;
        layer_.say_goodbye();
        advance().report_later(plain_->executor());
        return !is_plain_broken_;
    }

    void close() noexcept override {
        const std::lock_guard lock(mutex_);
        if (std::exchange(is_closed_, true)) {
            return;
        }
        // So that the peer knows that this is the end, and not a cut, if it can be done at once.
        try {
            auto last_words = std::make_shared<farewell>();
            layer_.say_goodbye();
            if (layer_.take_outgoing(last_words->bytes) && sending_.empty()) {
                plain_->write_some(last_words->bytes, last_words);
            }
        } catch (...) {
            is_plain_broken_ = true;  // Memory is short; then the peer takes it for a cut.
        }
        plain_->close();
    }

    asio::any_io_executor executor() const override { return plain_->executor(); }
    const std::string& peer() const noexcept override { return peer_; }

    credentials shown() const override {
        credentials known = plain_->shown();
        known.peer = peer_;
        const std::lock_guard lock(mutex_);
        known.certificate = layer_.certificate_of_peer();
        return known;
    }

    protocol::close_reason reason(const asio::error_code& failure) const override {
        const std::lock_guard lock(mutex_);
        const auto& known = layer_.failure();
        return known && failure != asio::error::operation_aborted ? *known
                                                                  : plain_->reason(failure);
    }

private:
    static std::string address_of_peer(const std::string& plain) {
        return plain.starts_with("tcp:") ? "tls" + plain.substr(3) : plain;
    }

    // Errors from below: end of file, operation_aborted after `close`, or why the stream broke.
    void on_bytes(const asio::error_code& failure, std::size_t size) override {
        stream_endings ended;
        {
            const std::lock_guard lock(mutex_);
            is_receiving_ = false;
            if (failure) {
                plain_failure_ = failure;
            } else {
                layer_.put_incoming({room_, size});
            }
            ended = advance();
        }
        ended.report();
    }

    void on_written(const asio::error_code& failure, std::size_t size) override {
        stream_endings ended;
        {
            const std::lock_guard lock(mutex_);
            if (failure) {
                is_plain_broken_ = true;
                write_failure_ = failure;
                sending_.clear();
            } else {
                sent_ += size;
                if (sent_ < sending_.size()) {
                    send_rest();
                } else {
                    sending_.clear();
                    sent_ = 0;
                }
            }
            ended = advance();
        }
        ended.report();
    }

    /// Does all that can be done now.
    stream_endings advance() {
        stream_endings ended;
        if (!is_closed_) {
            layer_.shake();
            if (!layer_.failure() && layer_.is_open()) {
                encrypt();
                decrypt(ended);
            } else if (plain_failure_ == asio::error::eof) {
                layer_.cut();
            }
            send();
            receive();
        }
        end_failed(ended);
        end_done(ended);
        return ended;
    }

    void encrypt() {
        if (!writer_.bytes.empty() && writer_.taken == 0 && sending_.empty()) {
            writer_.taken = layer_.write(writer_.bytes);
        }
    }

    void decrypt(stream_endings& ended) {
        if (reader_.size == 0) {
            return;
        }
        const std::size_t size = layer_.read(reader_.room, reader_.size);
        if (size != 0 || layer_.is_finished()) {
            ended.reader = reader_.user.lock();
            ended.read = size;
            ended.read_failure =
                size != 0 ? asio::error_code() : asio::error_code(asio::error::eof);
            reader_ = {};
        } else if (plain_failure_ == asio::error::eof) {
            layer_.cut();
        }
    }

    void send() {
        if (sending_.empty() && !is_plain_broken_ && layer_.take_outgoing(sending_)) {
            send_rest();
        } else if (sending_.empty() && is_done_sending_ && !std::exchange(has_ended_plain_, true)) {
            is_plain_broken_ = !plain_->end_sending() || is_plain_broken_;
        }
    }

    void send_rest() {
        if (const auto keeper = user_below()) {
            plain_->write_some(std::string_view(sending_).substr(sent_), keeper);
        }
    }

    /// Reads on, unless the peer makes this side answer and does not take the answers.
    void receive() {
        const bool is_shaking = !layer_.is_open() && (shaker_set() || !writer_.bytes.empty());
        const bool is_needed = reader_.size != 0 || is_shaking;
        if (is_needed && !is_receiving_ && !plain_failure_ && sending_.size() <= sending_max) {
            if (const auto keeper = user_below()) {
                is_receiving_ = true;
                plain_->read_some(room_, sizeof room_, keeper);
            }
        }
    }

    /// Ends what can no longer be done.
    void end_failed(stream_endings& ended) {
        const bool is_over = is_closed_ || layer_.failure();
        if (!is_over && !plain_failure_ && !is_plain_broken_) {
            return;
        }
        asio::error_code why = plain_failure_;
        if (is_closed_) {
            why = asio::error::operation_aborted;
        } else if (layer_.failure()) {
            why = layer_.is_refusal() ? asio::error::connection_aborted
                                      : asio::error::connection_reset;
        }
        // A stream that refused its peer tells so once, and then when the peer has left.
        const bool may_read_on = layer_.failure() && layer_.is_refusal() && has_reported_refusal_;
        if (reader_.size != 0 && (why || is_over) && (!may_read_on || plain_failure_)) {
            ended.reader = reader_.user.lock();
            ended.read = 0;
            ended.read_failure = may_read_on ? plain_failure_ : why;
            reader_ = {};
            has_reported_refusal_ = true;
        }
        if (!writer_.bytes.empty() && (is_over || is_plain_broken_)) {
            ended.writer = writer_.user.lock();
            ended.write_failure = is_over && why ? why : write_failure_;
            writer_ = {};
        }
        if (shaker_set() && (sending_.empty() || is_closed_)) {
            ended.shaker = shaker_.lock();
            const auto& known = layer_.failure();
            const asio::error_code below = plain_failure_ ? plain_failure_ : write_failure_;
            ended.shake_failure = known ? *known : plain_->reason(below);
            shaker_.reset();
        }
    }

    void end_done(stream_endings& ended) {
        if (!sending_.empty()) {
            return;
        }
        if (writer_.taken != 0) {
            ended.writer = writer_.user.lock();
            ended.written = writer_.taken;
            writer_ = {};
        }
        if (layer_.is_open() && shaker_set()) {
            ended.shaker = shaker_.lock();
            shaker_.reset();
        }
    }

    bool shaker_set() const noexcept { return !shaker_.expired(); }

    /// This, as the user of the stream below, kept alive by the user of this.
    std::shared_ptr<stream_user> user_below() {
        const std::shared_ptr<void> keeper = owner_.lock();
        return keeper ? std::shared_ptr<stream_user>(keeper, this) : nullptr;
    }

    static constexpr std::size_t sending_max = std::size_t{64} << 10;

    mutable std::mutex mutex_;
    const std::unique_ptr<stream> plain_;
    record_layer layer_;
    const std::string peer_;
    std::weak_ptr<void> owner_;
    std::weak_ptr<handshake_user> shaker_;
    pending_read reader_;
    pending_write writer_;
    std::string sending_;  // encrypted, under way below
    std::size_t sent_ = 0;
    asio::error_code plain_failure_;  // of a read
    asio::error_code write_failure_;
    bool is_receiving_ = false;
    bool is_plain_broken_ = false;
    bool is_done_sending_ = false;
    bool has_ended_plain_ = false;
    bool has_reported_refusal_ = false;
    bool is_closed_ = false;
    char room_[std::size_t{16} << 10];
};

}  // namespace rpc::inline v1::tls

#endif  // GATEWIRE_TLS_TLS_STREAM_HPP
