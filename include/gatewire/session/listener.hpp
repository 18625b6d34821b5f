// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_LISTENER_HPP
#define GATEWIRE_SESSION_LISTENER_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/error.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/session/sockets.hpp>

#include <asio/basic_socket_acceptor.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/socket_base.hpp>
#include <asio/steady_timer.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

// The files of unix sockets, which several processes may want at the same time.

/// While one lives, no other of this library looks at a socket's file, puts one there or removes
/// it. It is a lock on a file beside it, which goes with it.
class socket_file_lock {
public:
    /// @param name  Of the lock's file. Must outlive this.
    explicit socket_file_lock(const std::string& name) noexcept : name_(name) {
        const auto end = std::chrono::steady_clock::now() + wait_max;
        while (!take() && is_busy_ && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(nap);
        }
    }
    ~socket_file_lock() {
        if (file_ >= 0) {
            ::unlink(name_.c_str());
            ::close(file_);
        }
    }
    socket_file_lock(const socket_file_lock&) = delete;
    socket_file_lock& operator=(const socket_file_lock&) = delete;

    /// Somebody else has held it all the time. Otherwise it is held, or this folder knows no locks.
    bool is_busy() const noexcept { return is_busy_; }

private:
    // It is held for a few system calls.
    static constexpr std::chrono::seconds wait_max{2};
    static constexpr std::chrono::milliseconds nap{1};

    bool take() noexcept {
        is_busy_ = false;
        const int made = ::open(name_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (made < 0) {
            return false;
        }
        if (::flock(made, LOCK_EX | LOCK_NB) == 0) {
            // Who held it before may have removed the file that was opened: then it is no lock.
            struct stat mine{};
            struct stat there{};
            if (::fstat(made, &mine) == 0 && ::stat(name_.c_str(), &there) == 0 &&
                mine.st_dev == there.st_dev && mine.st_ino == there.st_ino) {
                file_ = made;
                return true;
            }
            is_busy_ = true;
        } else {
            is_busy_ = errno == EWOULDBLOCK || errno == EINTR;
        }
        ::close(made);
        return false;
    }

    const std::string& name_;
    int file_ = -1;
    bool is_busy_ = false;
};

/// Removes the file of a socket that nobody listens on: it is left of a process that was killed.
/// @param path  Short enough for an address.
inline void remove_stale_socket(const std::string& path) noexcept {
    struct stat facts{};
    if (::lstat(path.c_str(), &facts) != 0 || !S_ISSOCK(facts.st_mode)) {
        return;
    }
#if defined(SOCK_CLOEXEC)
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
#else
    const int probe = ::socket(AF_UNIX, SOCK_STREAM, 0);
#endif
    if (probe < 0) {
        return;
    }
    // It must not wait for a place in the queue of a listener that is busy: that there is a queue
    // is all it wants to know.
    ::fcntl(probe, F_SETFL, O_NONBLOCK);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const int connected =
        ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (connected != 0 && errno == ECONNREFUSED) {
        ::unlink(path.c_str());
    }
    ::close(probe);
}

/// The file of a socket of this process.
class socket_file {
public:
    socket_file() = default;
    /// @param path  Where a socket was bound just now.
    explicit socket_file(std::string path) : path_(std::move(path)), lock_(lock_of(path_)) {
        struct stat facts{};
        if (::lstat(path_.c_str(), &facts) == 0) {
            device_ = facts.st_dev;
            number_ = facts.st_ino;
            owner_ = ::getpid();
        }
    }

    static std::string lock_of(const std::string& path) { return path + ".lock"; }

    const std::string& path() const noexcept { return path_; }

    /// Removes it, unless somebody else's stands there by now, or this process is a child of the
    /// one whose it is. To be called before the socket is closed: until then no other file has its
    /// number.
    void remove() noexcept {
        if (path_.empty()) {
            return;
        }
        if (owner_ == ::getpid()) {
            const socket_file_lock alone(lock_);
            struct stat facts{};
            if (!alone.is_busy() && ::lstat(path_.c_str(), &facts) == 0 &&
                facts.st_dev == device_ && facts.st_ino == number_) {
                ::unlink(path_.c_str());
            }
        }
        path_.clear();
    }

private:
    std::string path_;
    std::string lock_;
    dev_t device_ = 0;
    ino_t number_ = 0;
    pid_t owner_ = 0;
};

/// An acceptor of sockets.
class listener final : public acceptor, public std::enable_shared_from_this<listener> {
public:
    listener(const asio::any_io_executor& executor, environment::accept_callback accepted)
        : acceptor_(executor), pause_(executor), accepted_(std::move(accepted)) {}

    ~listener() override { file_.remove(); }

    /// Binds the endpoint and listens; nothing is accepted before `start`.
    /// @param path, mode  The file of a unix socket and its permissions.
    void bind(const stream_endpoint& endpoint, std::string path, unsigned mode,
              asio::error_code& failure) {
        open_socket(acceptor_, protocol_of(endpoint), failure);
        if (!failure) {
            acceptor_.native_non_blocking(true, failure);
        }
        if (!failure && is_tcp(endpoint)) {
            acceptor_.set_option(asio::socket_base::reuse_address(true), failure);
        }
        if (!failure && is_tcp(endpoint) && tcp_endpoint(endpoint).address().is_v6()) {
            acceptor_.set_option(asio::ip::v6_only(true), failure);
        }
        if (!failure) {
            acceptor_.bind(endpoint, failure);
        }
        if (!failure) {
            if (!path.empty()) {
                file_ = socket_file(std::move(path));
                // Nobody can connect before `listen`, so nobody can be quicker than this.
                if (::chmod(file_.path().c_str(), mode) != 0) {
                    failure.assign(errno, asio::error::get_system_category());
                    return;
                }
            }
            acceptor_.listen(asio::socket_base::max_listen_connections, failure);
        }
    }

    std::string address() const override {
        if (!file_.path().empty()) {
            return "unix://" + file_.path();
        }
        asio::error_code ignored;
        return endpoint_text(acceptor_.local_endpoint(ignored));
    }

    stream_endpoint endpoint() const {
        asio::error_code ignored;
        return acceptor_.local_endpoint(ignored);
    }

    void start() override {
        const std::lock_guard lock(mutex_);
        accept();
    }

    /// Removes a unix socket's file, too.
    void close() override {
        const std::lock_guard lock(mutex_);
        file_.remove();
        asio::error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
    }

private:
    void accept() {
        if (!acceptor_.is_open()) {
            return;
        }
        retry_for_memory([this] {
            acceptor_.async_wait(asio::socket_base::wait_read,
                                 [self = shared_from_this()](const asio::error_code& failure) {
                                     self->on_ready(failure);
                                 });
        });
    }

    // Errors: operation_aborted after `close`. Those of accepting: too many open files, or a peer
    // that left again.
    GATEWIRE_COLD void on_ready(asio::error_code failure) {
        for (int taken = 0; !failure && taken != accepted_at_once; ++taken) {
            stream_socket socket(acceptor_.get_executor());
            {
                const std::lock_guard lock(mutex_);
                if (!acceptor_.is_open()) {
                    return;
                }
                accept_socket(acceptor_, socket, failure);
            }
            if (!is_nobody(failure)) {
                deliver(failure, std::move(socket));
            }
        }
        const std::lock_guard lock(mutex_);
        if (!failure || is_nobody(failure)) {
            pause_time_ = pause_min;
            accept();
            return;
        }
        if (!acceptor_.is_open()) {
            return;
        }
        // Without descriptors, accepting again at once would only burn the processor.
        pause_.expires_after(pause_time_);
        pause_time_ = (std::min)(pause_time_ * 2, pause_max);
        retry_for_memory([this] {
            pause_.async_wait([self = shared_from_this()](const asio::error_code& aborted) {
                if (!aborted) {
                    self->start();
                }
            });
        });
    }

    void deliver(const asio::error_code& failure, stream_socket socket) noexcept {
        try {
            if (failure) {
                accepted_(nullptr, failure);
                return;
            }
            asio::error_code gone;
            const stream_endpoint remote = socket.remote_endpoint(gone);
            if (!gone) {
                accepted_(std::make_unique<socket_stream>(std::move(socket), remote), failure);
            }
        } catch (...) {
            return;  // No memory for this one: it is closed, and the next may come.
        }
    }

    static constexpr int accepted_at_once = 16;  // then the loop may do something else
    static constexpr std::chrono::milliseconds pause_min{10};
    static constexpr std::chrono::milliseconds pause_max{1'000};

    std::mutex mutex_;
    asio::basic_socket_acceptor<stream_protocol, asio::any_io_executor> acceptor_;
    asio::steady_timer pause_;
    std::chrono::milliseconds pause_time_ = pause_min;
    environment::accept_callback accepted_;
    socket_file file_;
};

inline constexpr const char* no_encryption =
    "TLS needs the option tls: include <gatewire/tls.hpp>, and set it to rpc::tls_server(...) at a "
    "server and to rpc::tls_client(...) at a client";

[[noreturn]] inline void refuse_address(const std::string& text, const std::string& why) {
    throw error(errc::invalid_address, "cannot listen on '" + text + "': " + why,
                outcome::not_sent);
}

[[noreturn]] inline void refuse_beyond_loopback(const std::string& text) {
    refuse_address(text,
                   "it can be reached from other machines, and nobody would be asked who they are; "
                   "set server_options::authenticate to ask them, or "
                   "server_options::anonymous_beyond_loopback to let everyone in");
}

/// Every endpoint that a TCP address stands for.
inline std::vector<asio::ip::tcp::endpoint> resolve_now(const asio::any_io_executor& executor,
                                                        const protocol::address& address,
                                                        const std::string& text) {
    if (address.host == "*") {
        return {asio::ip::tcp::endpoint(asio::ip::address_v4::any(), address.port)};
    }
    asio::error_code failure;
    const asio::ip::address literal = asio::ip::make_address(address.host, failure);
    if (!failure) {
        return {asio::ip::tcp::endpoint(literal, address.port)};
    }
    asio::ip::tcp::resolver resolver(executor);
    const auto found = resolver.resolve(address.host, std::to_string(address.port),
                                        asio::ip::resolver_base::passive, failure);
    if (failure) {
        refuse_address(text, failure.message());
    }
    std::vector<asio::ip::tcp::endpoint> endpoints;
    for (const auto& entry : found) {
        endpoints.push_back(entry.endpoint());
    }
    return endpoints;
}

/// Binds one address of the options, which may name several endpoints.
/// @throws rpc::error `invalid_address` if nothing could be bound, or if the address is not
///         loopback and anonymous clients are not let in.
inline std::vector<std::shared_ptr<acceptor>> bind_address(
    const asio::any_io_executor& executor, const std::string& text, bool beyond_loopback,
    unsigned unix_socket_mode, const environment::accept_callback& accepted) {
    const protocol::address address = protocol::parse_address(text);
    if (address.kind == protocol::address::scheme::tls) {
        refuse_address(text, no_encryption);
    }
    std::vector<std::shared_ptr<acceptor>> bound;
    asio::error_code failure;
    if (address.kind == protocol::address::scheme::unix_socket) {
        auto unix_listener = std::make_shared<listener>(executor, accepted);
        if (address.host.size() >= sizeof(sockaddr_un::sun_path)) {
            refuse_address(text, "the path is too long for a unix socket");
        }
        {
            const std::string lock = socket_file::lock_of(address.host);
            const socket_file_lock alone(lock);
            if (alone.is_busy()) {
                refuse_address(text, "somebody else holds '" + lock + "'");
            }
            remove_stale_socket(address.host);
            unix_listener->bind(asio::local::stream_protocol::endpoint(address.host), address.host,
                                unix_socket_mode, failure);
        }
        if (failure) {
            refuse_address(text, failure.message());
        }
        bound.push_back(std::move(unix_listener));
        return bound;
    }
    std::uint16_t port = address.port;
    for (asio::ip::tcp::endpoint endpoint : resolve_now(executor, address, text)) {
        if (!beyond_loopback && !endpoint.address().is_loopback()) {
            refuse_beyond_loopback(text);
        }
        endpoint.port(port);
        auto tcp_listener = std::make_shared<listener>(executor, accepted);
        tcp_listener->bind(endpoint, {}, 0, failure);
        if (!failure) {
            // All endpoints of one name share the port that was picked for the first.
            port = tcp_endpoint(tcp_listener->endpoint()).port();
            bound.push_back(std::move(tcp_listener));
        } else if (failure != asio::error::address_family_not_supported &&
                   failure != asio::error::make_error_code(
                                  static_cast<asio::error::basic_errors>(EADDRNOTAVAIL))) {
            refuse_address(text, failure.message());
        }
    }
    if (bound.empty()) {
        refuse_address(text, failure ? failure.message() : "the name has no address");
    }
    return bound;
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_LISTENER_HPP
