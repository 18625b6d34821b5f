// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TLS_RECORD_LAYER_HPP
#define GATEWIRE_TLS_RECORD_LAYER_HPP

#include <gatewire/tls/certificates.hpp>
#include <gatewire/tls/openssl.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::tls {

/// One end of a TLS connection without what carries it: encrypted bytes go in and out of buffers.
class record_layer {
public:
    /// @param host  Whom a client wants to reach; empty at a server.
    record_layer(owned<SSL> connection, std::string host)
        : connection_(std::move(connection)), host_(std::move(host)) {
        owned<BIO> incoming(BIO_new(BIO_s_mem()));
        owned<BIO> outgoing(BIO_new(BIO_s_mem()));
        incoming_ = incoming.get();
        outgoing_ = outgoing.get();
        SSL_set_bio(connection_.get(), incoming.release(), outgoing.release());
        SSL_set_msg_callback(connection_.get(), &record_layer::see_message);
        SSL_set_msg_callback_arg(connection_.get(), this);
    }
    record_layer(const record_layer&) = delete;
    record_layer& operator=(const record_layer&) = delete;

    /// Takes what the peer sent; nothing of it counts any more after a failure.
    void put_incoming(std::string_view bytes) {
        if (!failure_) {
            BIO_write(incoming_, bytes.data(), static_cast<int>(bytes.size()));
        }
    }

    /// Moves what is to be sent into an empty text. @return Whether there was anything.
    bool take_outgoing(std::string& to) {
        to.resize(BIO_ctrl_pending(outgoing_));
        if (!to.empty()) {
            BIO_read(outgoing_, to.data(), static_cast<int>(to.size()));
        }
        return !to.empty();
    }

    /// Goes on with the handshake as far as what came allows.
    void shake() {
        if (!is_open_ && !failure_) {
            ERR_clear_error();
            const int result = SSL_do_handshake(connection_.get());
            is_open_ = result == 1;
            note_result(result);
        }
    }

    /// Encrypts a part of the bytes. @return How many; 0 after a failure.
    std::size_t write(std::string_view bytes) {
        std::size_t taken = 0;
        while (taken < (std::min)(bytes.size(), write_size_max)) {
            ERR_clear_error();
            const int result =
                SSL_write(connection_.get(), bytes.data() + taken, clamp(bytes.size() - taken));
            if (result <= 0) {
                note_result(result);
                break;
            }
            taken += static_cast<std::size_t>(result);
        }
        return taken;
    }

    /// Decrypts what came into the room. @return How much; 0 if there is nothing yet, or ever.
    std::size_t read(char* room, std::size_t size) {
        std::size_t got = 0;
        while (got < size && !is_finished_ && !failure_) {
            ERR_clear_error();
            const int result = SSL_read(connection_.get(), room + got, clamp(size - got));
            if (shakes_too_often()) {
                failure_ = {errc::protocol_violation,
                            "the peer changes its TLS keys without need, again and again"};
                is_refusal_ = true;
                return 0;
            }
            if (result > 0) {
                got += static_cast<std::size_t>(result);
                read_ += static_cast<std::uint64_t>(result);
                continue;
            }
            is_finished_ = SSL_get_error(connection_.get(), result) == SSL_ERROR_ZERO_RETURN;
            if (is_finished_ || !note_result(result)) {
                break;
            }
        }
        return got;
    }

    /// Tells the peer that nothing more comes.
    void say_goodbye() {
        if (is_open_ && !failure_) {
            ERR_clear_error();
            SSL_shutdown(connection_.get());
        }
    }

    /// The stream below ended before the peer said goodbye.
    void cut() {
        if (!failure_) {
            failure_ = {errc::connection_lost,
                        is_open_ ? "the connection was cut: TLS was not closed properly"
                                 : "the peer closed the connection in the TLS handshake: perhaps "
                                   "it does not speak TLS"};
        }
    }

    /// Whether the handshake is done.
    bool is_open() const noexcept { return is_open_; }

    /// Whether the peer said goodbye.
    bool is_finished() const noexcept { return is_finished_; }

    const std::optional<close_reason>& failure() const noexcept { return failure_; }

    /// Whether the failure is one of what the peer sent, not of the stream below.
    bool is_refusal() const noexcept { return is_refusal_; }

    std::optional<certificate> certificate_of_peer() const {
        return is_open_ ? tls::certificate_of_peer(connection_.get()) : std::nullopt;
    }

private:
    // New keys cost work and an answer. Peers that mean well ask for them after gigabytes.
    static constexpr std::uint64_t handshakes_max = 16;
    static constexpr std::uint64_t bytes_per_handshake = std::uint64_t{1} << 20;

    static void see_message(int is_written, int, int type, const void*, std::size_t, SSL*,
                            void* self) {
        auto& layer = *static_cast<record_layer*>(self);
        if (is_written == 0 && type == SSL3_RT_HANDSHAKE && layer.is_open_) {
            ++layer.handshakes_;
        }
    }

    /// Whether the peer asked for new keys, or another handshake, too often for what it sent.
    bool shakes_too_often() const noexcept {
        return handshakes_ > handshakes_max + read_ / bytes_per_handshake;
    }

    // What one write encrypts: more would not be sent sooner, and make a slow reader look stuck.
    static constexpr std::size_t write_size_max = std::size_t{32} << 10;

    static int clamp(std::size_t size) noexcept {
        return static_cast<int>(
            (std::min)(size, static_cast<std::size_t>((std::numeric_limits<int>::max)())));
    }

    /// Looks at what an operation gave. @return Whether it may be tried again at once.
    bool note_result(int result) {
        if (result > 0) {
            return true;
        }
        switch (SSL_get_error(connection_.get(), result)) {
            case SSL_ERROR_WANT_READ:
            case SSL_ERROR_WANT_WRITE: return false;
            case SSL_ERROR_SSL:
                failure_ = reason_of_failure(connection_.get(), host_);
                is_refusal_ = true;
                return false;
            default: cut(); return false;
        }
    }

    owned<SSL> connection_;
    const std::string host_;
    BIO* incoming_;  // both are the connection's
    BIO* outgoing_;
    bool is_open_ = false;
    bool is_finished_ = false;
    bool is_refusal_ = false;
    std::optional<close_reason> failure_;
    std::uint64_t handshakes_ = 0;  // messages of them, once it is open
    std::uint64_t read_ = 0;        // bytes
};

}  // namespace rpc::inline v1::tls

#endif  // GATEWIRE_TLS_RECORD_LAYER_HPP
