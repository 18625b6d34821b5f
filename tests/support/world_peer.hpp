// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_WORLD_PEER_HPP
#define TESTS_WORLD_PEER_HPP

#include "framing.hpp"

#include <gatewire/options.hpp>
#include <gatewire/testing.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Peers in a testing world that send and receive exact bytes.
namespace test {

/// One end of a connection, which reads whatever comes unless it is told not to.
class world_peer {
public:
    /// Connects to an address, or throws.
    explicit world_peer(rpc::testing::world& world,
                        const std::string& address = rpc::client_options().address,
                        bool reads = true)
        : world_(world), state_(std::make_shared<state>()) {
        const auto environment = world.client_options().environment;
        const auto attempt = environment->connect(
            world.get_executor(), rpc::protocol::parse_address(address), std::chrono::seconds(1),
            [kept = state_](auto made, const auto& failure) {
                kept->stream = std::move(made);
                kept->refusal = failure.text;
            });
        world.run_until([this] { return state_->stream || !state_->refusal.empty(); });
        if (!state_->stream) {
            throw std::runtime_error("no connection: " + state_->refusal);
        }
        if (reads) {
            state_->read();
        }
    }
    ~world_peer() { close(); }
    world_peer(const world_peer&) = delete;
    world_peer& operator=(const world_peer&) = delete;

    void send(std::string_view bytes) {
        state_->unsent.append(bytes);
        state_->write();
    }
    void send_frame(std::string_view body) { send(framed(body)); }

    /// Sends a frame and gives the next one that comes, as JSON.
    nlohmann::json ask(std::string_view body) {
        send_frame(body);
        return receive();
    }

    /// The next frame; throws if none comes within ten minutes of the world.
    nlohmann::json receive() {
        std::optional<std::string> body;
        const auto is_there = [&] { return (body = take_frame()).has_value() || state_->is_over; };
        world_.run_until(is_there, std::chrono::minutes(10));
        if (!body) {
            throw std::runtime_error("no frame came");
        }
        return nlohmann::json::parse(*body);
    }

    /// All frames that have come.
    std::vector<nlohmann::json> received() {
        std::vector<nlohmann::json> all;
        while (auto body = take_frame()) {
            all.push_back(nlohmann::json::parse(*body));
        }
        return all;
    }

    /// Whether the server has ended the connection.
    bool is_over() const { return state_->is_over; }

    void finish_sending() { state_->stream->end_sending(); }
    void start_reading() { state_->read(); }
    void close() {
        if (state_->stream) {
            state_->stream->close();
        }
    }

private:
    struct state final : rpc::session::stream_user, std::enable_shared_from_this<state> {
        void read() { stream->read_some(room.data(), room.size(), shared_from_this()); }

        void write() {
            if (writing.empty() && !unsent.empty()) {
                writing.swap(unsent);
                stream->write_some(writing, shared_from_this());
            }
        }

        void on_bytes(const asio::error_code& failure, std::size_t size) override {
            if (failure) {
                is_over = true;
                return;
            }
            arrived.append(room.data(), size);
            read();
        }

        void on_written(const asio::error_code& failure, std::size_t size) override {
            writing.erase(0, failure ? writing.size() : size);
            unsent.insert(0, writing);
            writing.clear();
            write();
        }

        std::unique_ptr<rpc::session::stream> stream;
        std::string refusal;
        std::string arrived;
        std::string unsent;
        std::string writing;
        std::array<char, 4096> room{};
        bool is_over = false;
    };

    std::optional<std::string> take_frame() {
        std::string& bytes = state_->arrived;
        if (bytes.size() < 4) {
            return std::nullopt;
        }
        std::size_t size = 0;
        for (const char byte : bytes.substr(0, 4)) {
            size = size << 8 | static_cast<unsigned char>(byte);
        }
        if (bytes.size() - 4 < size) {
            return std::nullopt;
        }
        std::string body = bytes.substr(4, size);
        bytes.erase(0, 4 + size);
        return body;
    }

    rpc::testing::world& world_;
    std::shared_ptr<state> state_;
};

}  // namespace test

#endif  // TESTS_WORLD_PEER_HPP
