// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "remote.hpp"

#include "terminal.hpp"

#ifdef GATEWIRE_CLI_WITH_TLS
#include <gatewire/tls.hpp>
#endif

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <iostream>
#include <string_view>
#include <utility>

namespace cli {

rpc::client_options client_options_of(const settings& how) {
    rpc::client_options options;
    options.address = how.address;
    options.token = how.token;
    options.call_timeout = how.timeout;
    if (how.address.starts_with("tls:")) {
#ifdef GATEWIRE_CLI_WITH_TLS
        options.tls = rpc::tls_client({.ca_file = how.tls_ca,
                                       .certificate_file = how.tls_certificate,
                                       .key_file = how.tls_key,
                                       .server_name = how.tls_name});
#else
        throw usage("this program was built without OpenSSL, so it cannot speak to " + how.address);
#endif
    } else if (!how.tls_ca.empty() || !how.tls_certificate.empty()) {
        throw usage("--tls-ca and --tls-certificate are for addresses like tls://host:port, not " +
                    how.address);
    }
    return options;
}

namespace {

/// After which time without an answer it is looked at who listens there.
constexpr std::chrono::milliseconds doubt_time{2000};

/// Whether who listens there answers a request of HTTP. Many say nothing before they had a line.
bool answers_http(const std::string& address, std::chrono::milliseconds time) {
    constexpr std::string_view scheme = "tcp://";
    const std::size_t colon = address.rfind(':');
    if (!address.starts_with(scheme) || colon < scheme.size()) {
        return false;
    }
    std::string host = address.substr(scheme.size(), colon - scheme.size());
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    asio::io_context io;
    asio::ip::tcp::resolver resolver(io);
    asio::ip::tcp::socket peer(io);
    std::array<char, 5> answer{};
    constexpr std::string_view request = "GET / HTTP/1.0\r\n\r\n";
    const auto read = [&](const asio::error_code& failed, std::size_t) {
        if (!failed) {
            asio::async_read(peer, asio::buffer(answer),
                             [](const asio::error_code&, std::size_t) {});
        }
    };
    const auto write = [&](const asio::error_code& failed, const asio::ip::tcp::endpoint&) {
        if (!failed) {
            asio::async_write(peer, asio::buffer(request), read);
        }
    };
    resolver.async_resolve(
        host, address.substr(colon + 1),
        [&](const asio::error_code& failed, const asio::ip::tcp::resolver::results_type& found) {
            if (!failed) {
                asio::async_connect(peer, found, write);
            }
        });
    io.run_for(time);
    return std::string_view(answer.data(), answer.size()) == "HTTP/";
}

}  // namespace

remote::remote(const settings& how, rpc::dynamic_handlers handlers, std::vector<std::string> keys) {
    rpc::client_options options = client_options_of(how);
    options.log = [this](const rpc::log_record& record) { tell(record); };
    handlers.on_connected =
        [this, told = std::move(handlers.on_connected)](const rpc::session_info& info) {
            if (told) {
                told(info);
            }
            const std::lock_guard lock(mutex_);
            was_connected_ = true;
            changed_.notify_all();
        };
    const std::string event = handlers.events.empty() ? "" : handlers.events.front();
    client_ = std::make_unique<rpc::dynamic_client>(io_.get_executor(), std::move(handlers),
                                                    std::move(options));
    if (!keys.empty()) {
        client_->subscribe(event, std::move(keys));
    }
    connect(how);
}

remote::~remote() {
    client_->stop();
}

void remote::connect(const settings& how) {
    client_->start();
    std::unique_lock lock(mutex_);
    const auto is_over = [&] { return was_connected_ || (!how.waits && !problem_.empty()); };
    bool is_http = false;
    const auto begin = std::chrono::steady_clock::now();
    bool is_in_time =
        changed_.wait_until(lock, begin + (std::min)(how.timeout, doubt_time), is_over);
    if (!is_in_time && problem_.empty()) {
        lock.unlock();
        is_http = answers_http(how.address, (std::min)(how.timeout, doubt_time));
        lock.lock();
    }
    if (is_http && !was_connected_) {
        problem_ = "the server speaks HTTP, not gatewire's protocol";
    } else if (!is_in_time) {
        is_in_time = changed_.wait_until(lock, begin + how.timeout, is_over);
    }
    if (was_connected_) {
        return;
    }
    std::string text = "not connected to " + how.address + ": ";
    text += problem_.empty() ? "no answer in time" : problem_;
    if (problem_.find("refused the hello") != std::string::npos) {
        text += "\nShow the right token with --token or GATEWIRE_TOKEN.";
    } else {
        text += "\nIs the server running? --address or GATEWIRE_ADDRESS says where it is";
        text += how.waits ? "." : ", --wait waits for it.";
    }
    throw failure(is_in_time || !problem_.empty() ? exit_code::not_connected : exit_code::timed_out,
                  text);
}

void remote::tell(const rpc::log_record& record) {
    const std::string text = harmless(record.text);
    switch (record.event) {
        case rpc::log_event::connect_failed: {
            const std::lock_guard lock(mutex_);
            problem_ = text.substr(0, text.rfind("; next try in"));
            changed_.notify_all();
            break;
        }
        case rpc::log_event::disconnected:
            std::cerr << "gatewire: disconnected: " + text + "; connecting again\n";
            break;
        case rpc::log_event::subscription_refused: {
            const std::lock_guard lock(mutex_);
            refusal_ = text;
            break;
        }
        case rpc::log_event::frame_refused:
        case rpc::log_event::contract_differs: std::cerr << "gatewire: " + text + "\n"; break;
        default: break;
    }
}

std::string remote::call(std::string_view method, const std::string& params,
                         const rpc::dynamic_options& options) {
    return client_->call<rpc::json_text>(method, rpc::json_text{params}, options).text;
}

std::string remote::refusal() const {
    const std::lock_guard lock(mutex_);
    return refusal_;
}

void remote::on_interrupt(std::function<void()> use) {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    signals_.async_wait([use = std::move(use)](const asio::error_code& ended, int) {
        if (!ended) {
            use();
        }
    });
}

}  // namespace cli
