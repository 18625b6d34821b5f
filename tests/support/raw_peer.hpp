// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_RAW_PEER_HPP
#define TESTS_RAW_PEER_HPP

#include "waiting.hpp"

#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Peers that send and receive exact bytes. They block, and throw when nothing comes in time.
namespace test {

/// The frame with this body, as bytes.
inline std::string frame(std::string_view body) {
    const auto size = static_cast<std::uint32_t>(body.size());
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>((size >> shift) & 0xff);
    }
    return bytes.append(body);
}

/// An address of the operating system, from `tcp://127.0.0.1:port` or `unix:///path`.
class raw_address {
public:
    explicit raw_address(const std::string& text) {
        if (text.starts_with("unix://")) {
            auto* const local = reinterpret_cast<sockaddr_un*>(&storage_);
            local->sun_family = AF_UNIX;
            std::strncpy(local->sun_path, text.c_str() + 7, sizeof local->sun_path - 1);
            size_ = sizeof *local;
            return;
        }
        const std::size_t colon = text.rfind(':');
        auto* const tcp = reinterpret_cast<sockaddr_in*>(&storage_);
        tcp->sin_family = AF_INET;
        tcp->sin_port = htons(static_cast<std::uint16_t>(std::atoi(text.c_str() + colon + 1)));
        ::inet_pton(AF_INET, text.substr(6, colon - 6).c_str(), &tcp->sin_addr);
        size_ = sizeof *tcp;
    }

    int family() const { return storage_.ss_family; }
    const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
    socklen_t size() const { return size_; }

private:
    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

/// One end of a connection.
class raw_socket {
public:
    explicit raw_socket(int descriptor) : descriptor_(descriptor) {
        if (descriptor < 0) {
            throw std::runtime_error(std::string("no socket: ") + std::strerror(errno));
        }
        const int at_once = 1;  // Fails on a unix socket, which never waits anyway.
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    }
    raw_socket(raw_socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    raw_socket& operator=(raw_socket&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~raw_socket() { close(); }

    /// @param receive_buffer  Bytes the operating system takes in without a reader; 0: as it likes.
    static raw_socket connect(const std::string& address, int receive_buffer = 0) {
        const raw_address to(address);
        raw_socket socket(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (receive_buffer != 0) {
            ::setsockopt(socket.descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
                         sizeof receive_buffer);
        }
        if (::connect(socket.descriptor_, to.data(), to.size()) != 0) {
            throw std::runtime_error(std::string("no connection: ") + std::strerror(errno));
        }
        return socket;
    }

    /// @return Whether the bytes left; false if the peer is gone.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            wait_for(POLLOUT);
            const ssize_t sent =
                ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && errno != EAGAIN) {
                return false;
            }
            bytes.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
        }
        return true;
    }
    bool send_frame(std::string_view body) { return send(frame(body)); }

    /// Sends as much as goes without waiting. @return How much that was.
    std::size_t stuff(std::string_view bytes) {
        const ssize_t sent =
            ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return sent < 0 ? 0 : static_cast<std::size_t>(sent);
    }

    /// The next frame's body; nothing at the end of the connection.
    std::optional<std::string> receive_frame() {
        std::string header;
        if (!receive(header, 4)) {
            return std::nullopt;
        }
        std::size_t size = 0;
        for (const char byte : header) {
            size = size << 8 | static_cast<unsigned char>(byte);
        }
        std::string body;
        if (!receive(body, size)) {
            return std::nullopt;
        }
        return body;
    }

    nlohmann::json receive_json() {
        const auto body = receive_frame();
        if (!body) {
            throw std::runtime_error("the connection ended instead of a frame");
        }
        return nlohmann::json::parse(*body);
    }

    nlohmann::json ask(std::string_view body) {
        send_frame(body);
        return receive_json();
    }

    /// Takes in what still comes. @return True once the peer has ended the connection.
    bool is_ended() {
        char bytes[4096];
        for (;;) {
            wait_for(POLLIN);
            const ssize_t size = ::recv(descriptor_, bytes, sizeof bytes, 0);
            if (size <= 0) {
                return true;
            }
        }
    }

    /// Sends no more, but goes on to receive.
    void finish_sending() { ::shutdown(descriptor_, SHUT_WR); }

    /// Ends the connection with RST.
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }

    void close() {
        if (descriptor_ >= 0) {
            ::close(std::exchange(descriptor_, -1));
        }
    }

    /// Waits until there is something to do, whatever it is.
    void wait_for(short what) const {
        pollfd one{descriptor_, what, 0};
        const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(patience);
        if (::poll(&one, 1, static_cast<int>(limit.count())) <= 0) {
            throw std::runtime_error("a raw socket waited in vain");
        }
    }

    int descriptor() const { return descriptor_; }

    /// The next bytes, exactly so many. @return Whether they came before the end.
    bool receive(std::string& bytes, std::size_t size) {
        bytes.resize(size);
        for (std::size_t have = 0; have < size;) {
            wait_for(POLLIN);
            const ssize_t got = ::recv(descriptor_, bytes.data() + have, size - have, 0);
            if (got <= 0) {
                return false;
            }
            have += static_cast<std::size_t>(got);
        }
        return true;
    }

private:
    int descriptor_;
};

/// A server of raw connections, on a port of its own.
class raw_listener {
public:
    raw_listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const raw_address any_port("tcp://127.0.0.1:0");
        sockaddr_in bound{};
        socklen_t size = sizeof bound;
        if (::bind(socket_.descriptor(), any_port.data(), any_port.size()) != 0 ||
            ::listen(socket_.descriptor(), 64) != 0 ||
            ::getsockname(socket_.descriptor(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
            throw std::runtime_error(std::string("cannot listen: ") + std::strerror(errno));
        }
        address_ = "tcp://127.0.0.1:" + std::to_string(ntohs(bound.sin_port));
    }

    const std::string& address() const { return address_; }

    raw_socket accept() {
        socket_.wait_for(POLLIN);
        return raw_socket(::accept4(socket_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
    }

private:
    raw_socket socket_;
    std::string address_;
};

/// An address at which nobody listens, to be bound or not. It is not one of the ports that the
/// operating system gives to clients: a client that keeps trying such a port meets itself one day.
inline std::string unused_address() {
    std::random_device random;
    std::uniform_int_distribution<int> port(10'000, 30'000);
    for (;;) {
        const std::string text = "tcp://127.0.0.1:" + std::to_string(port(random));
        const raw_address address(text);
        const raw_socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (::bind(socket.descriptor(), address.data(), address.size()) == 0) {
            return text;
        }
    }
}

/// A folder for unix sockets, removed by the destructor.
class temporary_folder {
public:
    temporary_folder() {
        char name[] = "/tmp/gatewire-test-XXXXXX";
        if (::mkdtemp(name) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        path_ = name;
    }
    ~temporary_folder() {
        for (const std::string& name : names_) {
            ::unlink((path_ + "/" + name).c_str());
        }
        ::rmdir(path_.c_str());
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;

    std::string path(const std::string& name) {
        names_.push_back(name);
        return path_ + "/" + name;
    }
    std::string address(const std::string& name) { return "unix://" + path(name); }

private:
    std::string path_;
    std::vector<std::string> names_;
};

}  // namespace test

#endif  // TESTS_RAW_PEER_HPP
