// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_FAULT_PROXY_HPP
#define GATEWIRE_FAULT_PROXY_HPP

#include <gatewire/error.hpp>
#include <gatewire/protocol/address.hpp>
#include <gatewire/session/sockets.hpp>
#include <gatewire/testing/proxied_connection.hpp>
#include <gatewire/testing/proxy_faults.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/basic_socket_acceptor.hpp>
#include <asio/error.hpp>
#include <asio/error_code.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/socket_base.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

/// Faults of real connections, for tests. An optional header: `<gatewire/rpc.hpp>` does not include
/// it.
namespace rpc::inline v1::testing {

/// A bad network between clients and a server, on real sockets. It listens on a free TCP port of
/// the loopback address, passes every byte on to the server and back, and spoils that as told.
///
/// ```cpp
/// rpc::testing::fault_proxy proxy(server.addresses().front());
/// rpc::client<gateway> client{io.get_executor(), g, {.address = proxy.address()}};
/// client.start();
/// proxy.cut_after(rpc::testing::direction::to_client, 100);  // breaks off within an answer
/// ```
///
/// It has a thread of its own and no limits: it is made for tests. Where nothing else is said, a
/// fault holds for the connections that are there and for those that come, until `heal`.
///
/// @par Thread safety
/// All functions may be called from any thread. A fault is in force when its function returns;
/// bytes that were passed on before may still arrive after that.
class fault_proxy {
public:
    /// Listens. The server need not be there yet: a client that comes while it is not is refused.
    /// @param server  What clients would connect to: `tcp://host:port` or `unix:///path`.
    /// @throws rpc::error `invalid_address`, also for a name that is not known;
    ///         `std::system_error` where no port can be had.
    explicit fault_proxy(const std::string& server)
        : target_(resolve(loop_, server)),
          acceptor_(listen(loop_)),
          retry_(loop_),
          address_("tcp://127.0.0.1:" +
                   std::to_string(session::tcp_endpoint(acceptor_.local_endpoint()).port())),
          thread_([this] {
              accept();
              loop_.run();
          }) {}

    /// Ends all connections and joins the thread.
    ~fault_proxy() {
        on_thread([this] {
            asio::error_code ignored;
            acceptor_.close(ignored);
            for (const auto& proxied : living_) {
                proxied->cut();
            }
        });
        loop_.stop();
        thread_.join();
    }

    fault_proxy(const fault_proxy&) = delete;
    fault_proxy& operator=(const fault_proxy&) = delete;

    /// What clients connect to instead of the server.
    const std::string& address() const noexcept { return address_; }

    /// Ends the connections that are there, orderly, as both sides see it (FIN).
    void cut() { for_each_connection(&proxied_connection::cut); }

    /// Ends the connections that are there by an error, as both sides see it (RST).
    void reset() { for_each_connection(&proxied_connection::reset); }

    /// The connections that are there go silent for ever, in both directions, and no side is told
    /// that the other one ended: half-open, as after a cable was pulled. New ones work.
    void vanish() {
        for_each_connection([](proxied_connection& proxied) { proxied.vanish(); });
    }

    /// Ends the connection on which the last of exactly so many more bytes passes. Bytes of all
    /// connections are counted together; those that follow them are lost.
    void cut_after(direction way, std::uint64_t bytes) {
        change(way, [bytes](direction_faults& faults) { faults.cut_at = faults.passed + bytes; });
    }

    /// Flips the lowest bit of the byte that comes after so many more.
    void corrupt_after(direction way, std::uint64_t bytes) {
        change(way,
               [bytes](direction_faults& faults) { faults.corrupt_at = faults.passed + bytes; });
    }

    /// Passes nothing on; what comes waits, so that the sender finds its buffers full in the end.
    void stall(direction way) {
        change(way, [](direction_faults& faults) { faults.is_stalled = true; });
    }
    /// The same in both directions.
    void stall() {
        stall(direction::to_server);
        stall(direction::to_client);
    }

    /// Drops what comes; the sender does not notice. `lost` counts it. What follows after `heal` is
    /// out of step, so end the connection first if that is not what is wanted.
    void lose(direction way) {
        change(way, [](direction_faults& faults) { faults.is_lost = true; });
    }

    /// Passes no more than so many bytes a second on, in each direction of each connection. At
    /// least 50; 0 is as fast as it goes.
    void slow(std::size_t bytes_per_second) {
        on_thread([=, this] { faults_.bytes_per_second = bytes_per_second; });
    }

    /// Whether clients that come are turned away (RST).
    void refuse(bool refused) {
        on_thread([=, this] { is_refusing_ = refused; });
    }

    /// Ends all faults that last. What was stalled goes on; what vanished stays silent.
    void heal() {
        on_thread([this] {
            for (direction_faults& faults : faults_.ways) {
                faults.is_stalled = false;
                faults.is_lost = false;
                faults.cut_at.reset();
                faults.corrupt_at.reset();
            }
            faults_.bytes_per_second = 0;
            is_refusing_ = false;
            const auto living = living_;  // those that end go from the list
            for (const auto& proxied : living) {
                proxied->go_on();
            }
        });
    }

    /// Connections that reached the server, since the beginning.
    std::uint64_t connections() const noexcept { return connections_; }

    /// Bytes that were passed on in a direction, of all connections together.
    std::uint64_t passed(direction way) const noexcept { return faults_.ways[index(way)].passed; }

    /// Bytes that `lose` dropped.
    std::uint64_t lost(direction way) const noexcept { return faults_.ways[index(way)].lost; }

private:
    static std::size_t index(direction way) noexcept { return way == direction::to_server ? 0 : 1; }

    static session::stream_endpoint resolve(asio::io_context& loop, const std::string& text) {
        const protocol::address address = protocol::parse_address(text);
        if (address.kind == protocol::address::scheme::unix_socket) {
            return asio::local::stream_protocol::endpoint(address.host);
        }
        asio::error_code failed;
        const auto found = asio::ip::tcp::resolver(loop).resolve(
            address.host, std::to_string(address.port), failed);
        if (failed || found.empty()) {
            throw error(errc::invalid_address, "address '" + text + "': " + failed.message(),
                        outcome::not_sent);
        }
        return found.begin()->endpoint();
    }

    using acceptor = asio::basic_socket_acceptor<session::stream_protocol, asio::any_io_executor>;

    static acceptor listen(asio::io_context& loop) {
        const session::stream_endpoint here =
            asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0);
        acceptor made(loop);
        asio::error_code failed;
        session::open_socket(made, session::protocol_of(here), failed);
        if (failed) {
            throw std::system_error(failed);
        }
        made.set_option(asio::socket_base::reuse_address(true));
        made.native_non_blocking(true);
        made.bind(here);
        made.listen();
        return made;
    }

    /// Runs it on the thread and waits until it is done.
    template <class Action>
    void on_thread(Action action) {
        std::promise<void> done;
        asio::post(loop_, [&] {
            action();
            done.set_value();
        });
        done.get_future().wait();
    }

    template <class Change>
    void change(direction way, Change set) {
        on_thread([&] { set(faults_.ways[index(way)]); });
    }

    template <class Action>
    void for_each_connection(Action action) {
        on_thread([&] {
            for (const auto& proxied : living_) {
                std::invoke(action, *proxied);
            }
        });
    }

    void accept() {
        acceptor_.async_wait(asio::socket_base::wait_read, [this](asio::error_code failed) {
            if (failed == asio::error::operation_aborted || !acceptor_.is_open()) {
                return;
            }
            const auto proxied =
                std::make_shared<proxied_connection>(loop_.get_executor(), faults_);
            if (!failed) {
                session::accept_socket(acceptor_, proxied->to_client, failed);
            }
            if (session::is_nobody(failed)) {
                accept();
                return;
            }
            if (failed) {
                // For example too many open files: what is closed meanwhile makes room.
                retry_.expires_after(std::chrono::milliseconds(10));
                retry_.async_wait([this](asio::error_code) { accept(); });
                return;
            }
            if (is_refusing_) {
                proxied->reset();
            } else {
                connect(proxied);
            }
            accept();
        });
    }

    void connect(const std::shared_ptr<proxied_connection>& proxied) {
        std::erase_if(living_, [](const auto& one) { return !one->is_open(); });
        living_.push_back(proxied);
        asio::error_code unopened;
        session::open_socket(proxied->to_server, session::protocol_of(target_), unopened);
        if (unopened) {
            proxied->reset();
            return;
        }
        proxied->to_server.async_connect(target_, [this, proxied](asio::error_code failed) {
            if (failed) {
                proxied->reset();
                return;
            }
            ++connections_;
            session::tune(proxied->to_client, proxied->to_client.local_endpoint());
            session::tune(proxied->to_server, target_);
            proxied->start();
        });
    }

    asio::io_context loop_;
    const session::stream_endpoint target_;
    proxy_faults faults_;
    bool is_refusing_ = false;
    std::vector<std::shared_ptr<proxied_connection>> living_;
    std::atomic<std::uint64_t> connections_ = 0;
    acceptor acceptor_;
    asio::steady_timer retry_;
    const std::string address_;
    std::thread thread_;
};

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_FAULT_PROXY_HPP
