// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "recording_proxy.hpp"

#include "call_log.hpp"
#include "failure.hpp"

#include <gatewire/protocol/address.hpp>
#include <gatewire/wire/frame.hpp>

#include <asio/connect.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>

#include <array>
#include <cstring>
#include <functional>
#include <iostream>
#include <utility>

namespace cli {

namespace {

using parsed_address = rpc::protocol::address;
using socket = asio::generic::stream_protocol::socket;
using endpoint = asio::generic::stream_protocol::endpoint;

/// More than either side takes by itself.
constexpr std::size_t frame_size_max = std::size_t{1} << 30;

endpoint endpoint_of(const std::string& text, asio::io_context& loop) {
    const parsed_address where = rpc::protocol::parse_address(text);
    if (where.kind == parsed_address::scheme::tls) {
        throw usage("what goes by on " + text +
                    " is encrypted and cannot be recorded by a proxy; record events without "
                    "--listen, or use a tcp:// or unix:// address of the server");
    }
    if (where.kind == parsed_address::scheme::unix_socket) {
        return asio::local::stream_protocol::endpoint(where.host);
    }
    asio::ip::tcp::resolver resolver(loop);
    return resolver.resolve(where.host, std::to_string(where.port)).begin()->endpoint();
}

/// One client and its connection to the server.
class passage : public std::enable_shared_from_this<passage> {
public:
    passage(socket client, asio::io_context& loop, call_log log)
        : client_(std::move(client)), server_(loop), log_(std::move(log)) {}

    void start(const endpoint& server) {
        server_.async_connect(server, [self = shared_from_this()](const asio::error_code& problem) {
            if (problem) {
                std::cerr << "gatewire: the server cannot be reached: " + problem.message() + "\n";
                self->close();
                return;
            }
            self->read(self->up_);
            self->read(self->down_);
        });
    }

    void close() {
        asio::error_code ignored;
        client_.close(ignored);
        server_.close(ignored);
        log_.end();
    }

private:
    /// One direction.
    struct pipe {
        socket& from;
        socket& to;
        void (call_log::*see)(std::string_view frame);
        rpc::wire::frame_reader frames{frame_size_max};
        std::array<char, 65'536> bytes{};
    };

    void read(pipe& way) {
        way.from.async_read_some(
            asio::buffer(way.bytes),
            [self = shared_from_this(), &way](const asio::error_code& problem, std::size_t size) {
                if (problem) {
                    self->close();
                } else {
                    self->pass(way, size);
                }
            });
    }

    /// Seen before they are passed on, so that a request is known before its answer comes.
    void pass(pipe& way, std::size_t size) {
        std::memcpy(way.frames.prepare(size), way.bytes.data(), size);
        way.frames.commit(size);
        while (const auto frame = way.frames.next()) {
            (log_.*way.see)(*frame);
        }
        way.frames.compact();
        asio::async_write(
            way.to, asio::buffer(way.bytes.data(), size),
            [self = shared_from_this(), &way](const asio::error_code& problem, std::size_t) {
                if (problem) {
                    self->close();
                } else {
                    self->read(way);
                }
            });
    }

    socket client_;
    socket server_;
    call_log log_;
    pipe up_{client_, server_, &call_log::to_server};
    pipe down_{server_, client_, &call_log::to_client};
};

}  // namespace

class recording_proxy::listener : public std::enable_shared_from_this<listener> {
public:
    listener(asio::io_context& loop, const settings& how, recorder& out,
             const std::map<std::string, bool>& keyed)
        : loop_(loop),
          server_(endpoint_of(how.address, loop)),
          acceptor_(loop),
          out_(out),
          keyed_(keyed) {}

    void listen(const std::string& text) {
        const parsed_address where = rpc::protocol::parse_address(text);
        if (where.kind != parsed_address::scheme::tcp) {
            throw usage("--listen takes a tcp:// address");
        }
        asio::ip::tcp::resolver resolver(loop_);
        const asio::ip::tcp::endpoint here =
            *resolver.resolve(where.host, std::to_string(where.port)).begin();
        acceptor_.open(here.protocol());
        acceptor_.set_option(asio::socket_base::reuse_address(true));
        acceptor_.bind(here);
        acceptor_.listen();
    }

    std::string address_text() const {
        const asio::ip::tcp::endpoint here = acceptor_.local_endpoint();
        return parsed_address{parsed_address::scheme::tcp, here.address().to_string(), here.port()}
            .text();
    }

    void accept() {
        acceptor_.async_accept([self = shared_from_this()](const asio::error_code& problem,
                                                           asio::ip::tcp::socket client) {
            if (problem) {
                return;
            }
            asio::error_code ignored;
            client.set_option(asio::ip::tcp::no_delay(true), ignored);
            const auto made =
                std::make_shared<passage>(socket(std::move(client)), self->loop_,
                                          call_log(++self->count_, self->out_, self->keyed_));
            self->passages_.push_back(made);
            std::erase_if(self->passages_, [](const auto& one) { return one.expired(); });
            made->start(self->server_);
            self->accept();
        });
    }

    void close() {
        asio::error_code ignored;
        acceptor_.close(ignored);
        for (const auto& one : passages_) {
            if (const auto open = one.lock()) {
                open->close();
            }
        }
    }

private:
    asio::io_context& loop_;
    const endpoint server_;
    asio::ip::tcp::acceptor acceptor_;
    recorder& out_;
    const std::map<std::string, bool>& keyed_;
    std::size_t count_ = 0;
    std::vector<std::weak_ptr<passage>> passages_;
};

recording_proxy::recording_proxy(const settings& how, const std::string& listen, recorder& out,
                                 const std::map<std::string, bool>& keyed)
    : io_(std::make_unique<rpc::io_thread>()) {
    listener_ = std::make_shared<listener>(io_->context(), how, out, keyed);
    listener_->listen(listen);
    asio::post(io_->context(), [accepting = listener_] { accepting->accept(); });
}

recording_proxy::~recording_proxy() {
    asio::post(io_->context(), [closing = std::move(listener_)] { closing->close(); });
    io_.reset();
}

std::string recording_proxy::address() const {
    return listener_->address_text();
}

asio::io_context& recording_proxy::context() {
    return io_->context();
}

}  // namespace cli
