// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_MEMORY_NETWORK_HPP
#define GATEWIRE_TESTING_MEMORY_NETWORK_HPP

#include <gatewire/error.hpp>
#include <gatewire/protocol/address.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/testing/memory_connection.hpp>

#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::testing {

class memory_network;

/// An address of the network on which somebody listens.
class memory_acceptor final : public session::acceptor,
                              public std::enable_shared_from_this<memory_acceptor> {
public:
    memory_acceptor(memory_network& network, std::string address,
                    const asio::any_io_executor& executor,
                    session::environment::accept_callback accepted)
        : network_(network),
          address_(std::move(address)),
          executor_(executor),
          accepted_(std::move(accepted)) {}
    ~memory_acceptor() override { memory_acceptor::close(); }

    std::string address() const override { return address_; }
    void start() override { is_open_ = true; }
    void close() override;

    bool is_open() const noexcept { return is_open_; }
    const asio::any_io_executor& executor() const noexcept { return executor_; }

    void accept(std::unique_ptr<session::stream> made) {
        asio::post(executor_, [self = shared_from_this(), made = std::move(made)]() mutable {
            if (self->is_open_) {
                self->accepted_(std::move(made), {});
            }
        });
    }

private:
    memory_network& network_;
    std::string address_;
    asio::any_io_executor executor_;
    session::environment::accept_callback accepted_;
    bool is_open_ = false;
};

/// How attempts to connect end.
enum class reachability {
    reachable,    ///< As they would.
    refused,      ///< At once, as if nobody listened.
    unreachable,  ///< Not before their deadline.
};

/// Connects by address what is in one process.
class memory_network {
public:
    memory_network(clockwork& loop, std::uint64_t seed) : loop_(loop), chance_(seed) {}
    memory_network(const memory_network&) = delete;
    memory_network& operator=(const memory_network&) = delete;

    conditions weather;
    reachability reach = reachability::reachable;
    trace seen;

    /// To be called before the loop goes: connections and their users keep each other.
    void abandon() {
        for (const auto& weak : std::exchange(connections_, {})) {
            if (const auto connection = weak.lock()) {
                connection->abandon();
            }
        }
    }

    /// The connections that are open at both ends, in the order in which they were made.
    std::vector<std::shared_ptr<memory_connection>> connections() {
        std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
        std::vector<std::shared_ptr<memory_connection>> open;
        for (const auto& weak : connections_) {
            if (auto connection = weak.lock(); connection && connection->is_open()) {
                open.push_back(std::move(connection));
            }
        }
        return open;
    }

    /// @throws rpc::error  `invalid_address`: the address is taken.
    std::shared_ptr<session::acceptor> listen(const asio::any_io_executor& executor,
                                              protocol::address address,
                                              session::environment::accept_callback accepted) {
        while (address.kind == protocol::address::scheme::tcp && address.port == 0) {
            const std::uint16_t picked = ++last_port_;
            protocol::address candidate = address;
            candidate.port = picked;
            if (!listeners_.contains(key_of(candidate))) {
                address = candidate;
            }
        }
        std::weak_ptr<memory_acceptor>& place = listeners_[key_of(address)];
        if (place.lock()) {
            throw error(errc::invalid_address,
                        "cannot listen on '" + address.text() + "': the address is in use",
                        outcome::not_sent);
        }
        auto made =
            std::make_shared<memory_acceptor>(*this, address.text(), executor, std::move(accepted));
        place = made;
        return made;
    }

    void forget(const std::string& address) {
        listeners_.erase(key_of(protocol::parse_address(address)));
    }

    /// Ends in `done(stream, failure)`, some time later.
    template <class Done>
    void connect(const asio::any_io_executor& executor, const protocol::address& address,
                 std::chrono::milliseconds deadline, Done done) {
        const time_point now = loop_.now();
        if (reach == reachability::unreachable) {
            loop_.at(protocol::after(now, deadline), false,
                     [done = std::move(done), deadline]() mutable {
                         done(nullptr,
                              "no answer within " + std::to_string(deadline.count()) + " ms");
                     });
            return;
        }
        loop_.at(protocol::after(now, weather.latency), true,
                 [this, executor, address, done = std::move(done)]() mutable {
                     arrive(executor, address, std::move(done));
                 });
    }

private:
    /// One name for all that reach the same place.
    static std::string key_of(const protocol::address& address) {
        protocol::address plain = address;
        if (plain.host == "localhost" || plain.host == "*" || plain.host == "0.0.0.0" ||
            plain.host == "::1" || plain.host == "::") {
            plain.host = "127.0.0.1";
        }
        return plain.text();
    }

    template <class Done>
    void arrive(const asio::any_io_executor& executor, const protocol::address& address,
                Done done) {
        const auto found = listeners_.find(key_of(address));
        const auto listening = found == listeners_.end() ? nullptr : found->second.lock();
        const bool is_open = listening && listening->is_open() && reach == reachability::reachable;
        std::unique_ptr<session::stream> made;
        const std::uint64_t number = ++last_number_;
        seen.note(loop_.now(), number, is_open ? trace::what::connected : trace::what::refused);
        if (is_open) {
            auto connection =
                std::make_shared<memory_connection>(loop_, seen, number, weather, chance_.next());
            connections_.push_back(connection);
            const bool is_tcp = address.kind == protocol::address::scheme::tcp;
            const std::uint64_t port = 49'152 + number % 16'384;
            const std::string peer =
                is_tcp ? "tcp://127.0.0.1:" + std::to_string(port) : std::string("unix");
            listening->accept(
                std::make_unique<memory_stream>(connection, 1, listening->executor(), peer));
            made = std::make_unique<memory_stream>(connection, 0, executor, address.text());
        }
        loop_.at(protocol::after(loop_.now(), weather.latency), true,
                 [made = std::move(made), done = std::move(done)]() mutable {
                     const bool is_made = made != nullptr;
                     done(std::move(made), is_made ? "" : "Connection refused");
                 });
    }

    clockwork& loop_;
    chance chance_;
    std::map<std::string, std::weak_ptr<memory_acceptor>> listeners_;
    std::vector<std::weak_ptr<memory_connection>> connections_;
    std::uint64_t last_number_ = 0;
    std::uint16_t last_port_ = 40'000;
};

inline void memory_acceptor::close() {
    is_open_ = false;
    if (!address_.empty()) {
        network_.forget(std::exchange(address_, {}));
    }
}

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_MEMORY_NETWORK_HPP
