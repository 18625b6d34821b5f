// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TLS_STREAM_NEWS_HPP
#define GATEWIRE_TLS_STREAM_NEWS_HPP

#include <gatewire/session/encryption.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/error_code.hpp>
#include <asio/post.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::tls {

using session::handshake_user;
using session::stream;
using session::stream_user;

/// Bytes that nobody waits for.
struct unheard final : stream_user {
    void on_bytes(const asio::error_code&, std::size_t) override {}
    void on_written(const asio::error_code&, std::size_t) override {}
    std::string bytes;
};

/// What users are to be told.
struct news {
    std::shared_ptr<stream_user> reader;
    asio::error_code read_failure;
    std::size_t read = 0;
    std::shared_ptr<stream_user> writer;
    asio::error_code write_failure;
    std::size_t written = 0;
    std::shared_ptr<handshake_user> shaker;
    protocol::close_reason shake_failure{errc::connection_lost, {}};

    /// Nothing of the stream may be touched after it: a user may have destroyed it.
    void tell() const {
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
    void tell_later(const asio::any_io_executor& executor) {
        if (reader || writer || shaker) {
            asio::post(executor, [later = std::move(*this)] { later.tell(); });
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

}  // namespace rpc::inline v1::tls

#endif  // GATEWIRE_TLS_STREAM_NEWS_HPP
