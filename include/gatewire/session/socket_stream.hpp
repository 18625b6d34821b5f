// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SOCKET_STREAM_HPP
#define GATEWIRE_SESSION_SOCKET_STREAM_HPP

#include <gatewire/session/endpoint.hpp>
#include <gatewire/session/outgoing_bytes.hpp>
#include <gatewire/session/stream.hpp>

#include <asio/buffer.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::session {

/// The process at the other end of a unix socket, where the operating system tells.
inline std::optional<unix_process> process_behind([[maybe_unused]] stream_socket& socket) {
#if defined(__linux__) && defined(SO_PEERCRED)
    ucred known{};
    socklen_t size = sizeof known;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &known, &size) == 0) {
        return unix_process{known.pid, known.uid, known.gid};
    }
#endif
    return std::nullopt;
}

/// A connected socket as a stream.
class socket_stream final : public stream {
public:
    socket_stream(stream_socket socket, const stream_endpoint& remote)
        : socket_(std::move(socket)), peer_(endpoint_text(remote)) {
        tune(socket_, remote);
        asio::error_code ignored;
        socket_.non_blocking(true, ignored);
        if (!is_tcp(remote)) {
            process_ = process_behind(socket_);
        }
        if (process_) {
            peer_ +=
                ":pid=" + std::to_string(process_->pid) + ",uid=" + std::to_string(process_->user);
        }
    }

    void read_some(char* room, std::size_t size, std::shared_ptr<stream_user> user) override {
        socket_.async_read_some(
            asio::buffer(room, size),
            [user = std::move(user)](const asio::error_code& failure, std::size_t got) {
                user->on_bytes(failure, got);
            });
    }

    void write_some(std::string_view bytes, std::shared_ptr<stream_user> user) override {
        socket_.async_write_some(
            asio::buffer(bytes),
            [user = std::move(user)](const asio::error_code& failure, std::size_t taken) {
                user->on_written(failure, taken);
            });
    }

    std::size_t write_now(std::string_view bytes) noexcept override {
        asio::error_code failure;
        return socket_.write_some(asio::buffer(bytes), failure);
    }

    void write_parts(std::span<const std::string_view> parts,
                     std::shared_ptr<stream_user> user) override {
        socket_.async_write_some(
            gathered(parts),
            [user = std::move(user)](const asio::error_code& failure, std::size_t taken) {
                user->on_written(failure, taken);
            });
    }

    std::size_t write_parts_now(std::span<const std::string_view> parts) noexcept override {
        asio::error_code failure;
        return socket_.write_some(gathered(parts), failure);
    }

    bool can_be_polled() const noexcept override { return true; }

    std::size_t read_now(char* room, std::size_t size) noexcept override {
        asio::error_code failure;
        return socket_.read_some(asio::buffer(room, size), failure);
    }

    bool end_sending() override {
        asio::error_code failure;
        socket_.shutdown(stream_socket::shutdown_send, failure);
        return !failure;
    }

    void close() noexcept override {
        asio::error_code ignored;
        socket_.close(ignored);
    }

    asio::any_io_executor executor() const override {
        // Asio's sockets give their executor to those who may change them only.
        return const_cast<stream_socket&>(socket_).get_executor();
    }
    const std::string& peer() const noexcept override { return peer_; }
    credentials shown() const override { return {{}, peer_, process_, {}}; }

    stream_socket& socket() noexcept { return socket_; }

private:
    /// For one system call; Asio copies it.
    class gathered {
    public:
        explicit gathered(std::span<const std::string_view> parts) noexcept
            : count_((std::min)(parts.size(), buffers_.size())) {
            for (std::size_t at = 0; at != count_; ++at) {
                buffers_[at] = asio::buffer(parts[at]);
            }
        }
        const asio::const_buffer* begin() const noexcept { return buffers_.data(); }
        const asio::const_buffer* end() const noexcept { return buffers_.data() + count_; }

    private:
        std::array<asio::const_buffer, outgoing_bytes::parts_max> buffers_;
        std::size_t count_;
    };

    stream_socket socket_;
    std::string peer_;
    std::optional<unix_process> process_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SOCKET_STREAM_HPP
