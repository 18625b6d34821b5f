// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_ENVIRONMENT_HPP
#define GATEWIRE_SESSION_ENVIRONMENT_HPP

#include <gatewire/protocol/address.hpp>
#include <gatewire/protocol/connection_watch.hpp>
#include <gatewire/session/loop_access.hpp>
#include <gatewire/session/stream.hpp>
#include <gatewire/session/timer.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/error_code.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rpc::inline v1::session {

/// A bound address that takes connections until it is closed.
class acceptor {
public:
    acceptor() = default;
    acceptor(const acceptor&) = delete;
    acceptor& operator=(const acceptor&) = delete;
    virtual ~acceptor() = default;

    /// The address that was really bound, as text that a client takes.
    virtual std::string address() const = 0;
    virtual void start() = 0;
    virtual void close() = 0;
};

/// An attempt to connect.
class attempt {
public:
    attempt() = default;
    attempt(const attempt&) = delete;
    attempt& operator=(const attempt&) = delete;
    virtual ~attempt() = default;

    /// Gives up; its callback is not called any more.
    virtual void cancel() = 0;
};

/// All that a server or a client takes from the world: time, chance and connections.
///
/// The real one is made of the system's clock and of sockets; tests have one of their own, in which
/// time passes when the test says so.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time.
class environment {
public:
    /// Takes a new connection (empty failure), or null and the reason why there is none.
    using accept_callback =
        std::function<void(std::unique_ptr<stream>, const asio::error_code& failure)>;
    /// Takes the connection, or null and the reason why there is none.
    using connect_callback =
        std::function<void(std::unique_ptr<stream>, const protocol::close_reason& failure)>;

    environment() = default;
    environment(const environment&) = delete;
    environment& operator=(const environment&) = delete;
    virtual ~environment() = default;

    /// Never goes back.
    virtual time_point now() const noexcept = 0;

    /// 64 bits that nobody can foresee, save in a test that chose them.
    virtual std::uint64_t random() = 0;

    virtual std::unique_ptr<timer> make_timer(const asio::any_io_executor& executor) = 0;

    /// Binds one address of a server's options, which may name several places. Nothing is accepted
    /// before `acceptor::start`.
    /// @throws rpc::error `invalid_address` if nothing could be bound, or if it can be reached from
    ///         other machines though `beyond_loopback` is false.
    virtual std::vector<std::shared_ptr<acceptor>> listen(const asio::any_io_executor& executor,
                                                          const std::string& address,
                                                          bool beyond_loopback,
                                                          const accept_callback& accepted) = 0;

    /// Begins to connect. The callback is never called inside of this function.
    /// @param deadline  How long each step may take.
    virtual std::shared_ptr<attempt> connect(const asio::any_io_executor& executor,
                                             const protocol::address& address,
                                             std::chrono::milliseconds deadline,
                                             connect_callback done) = 0;

    /// How a thread may wait for what that executor brings about.
    virtual loop_access access(const asio::any_io_executor& executor) = 0;
};

/// 128 random bits as text: names sessions and epochs.
inline std::string random_name(environment& source) {
    std::string name;
    for (int part = 0; part < 2; ++part) {
        std::array<char, 17> digits{};
        std::snprintf(digits.data(), digits.size(), "%016llx",
                      static_cast<unsigned long long>(source.random()));
        name += digits.data();
    }
    return name;
}

/// Makes keys for calls that are given none: no two are the same, whichever client made them.
class key_generator {
public:
    explicit key_generator(environment& world) : prefix_(random_name(world) + '-') {}

    /// May be called from any thread.
    std::string next() { return prefix_ + std::to_string(++last_); }

private:
    const std::string prefix_;
    std::atomic<std::uint64_t> last_{0};
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_ENVIRONMENT_HPP
