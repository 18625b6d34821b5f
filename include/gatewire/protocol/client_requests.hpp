// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CLIENT_REQUESTS_HPP
#define GATEWIRE_PROTOCOL_CLIENT_REQUESTS_HPP

#include <gatewire/protocol/client_subscriptions.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// The hello of a client with this contract; an empty token is not shown.
inline hello_request hello_of(const client_contract& contract, const std::string& token) {
    hello_request hello;
    if (!token.empty()) {
        hello.token = token;
    }
    hello.hears_ended = true;
    hello.table.emplace();
    for (const entry_description& entry : contract.methods) {
        hello.table->methods.emplace(entry.name, entry.fingerprint);
    }
    for (const entry_description& entry : contract.events) {
        hello.table->events.emplace(entry.name, entry.fingerprint);
    }
    return hello;
}

/// What a client sends of its own accord, as frames at the end of a buffer. The ids are texts,
/// those of calls are numbers. A frame for which there is no memory leaves nothing behind: half of
/// one would spoil all that follow.
class client_requests {
public:
    static constexpr std::string_view hello_id = "\"hello\"";
    static constexpr std::string_view subscription_id = "\"subscription:";  // then its number, `"`
    static constexpr std::string_view ping_id = "\"ping\"";

    /// @param out  Must outlive this.
    explicit client_requests(wire::buffer& out) : out_(out) {}

    void hello(const hello_request& what) { request(hello_method, hello_id, what); }
    void ping() { request(ping_method, ping_id, codec::raw_value{"{}"}); }
    void cancel(std::uint64_t id) {
        const std::string text = std::to_string(id);
        request(cancel_method, {}, cancel_request{{text}});
    }
    void ack(const ack_request& arrived) { request(ack_method, {}, arrived); }
    void bye(std::string reason) { request(bye_method, {}, bye_request{std::move(reason)}); }

    void subscribe(const subscription_request& one) {
        frame([&] { write(one); });
    }

    /// In batches, so that the server carries them out, and responds, before the first event of any
    /// of them.
    /// @param size_max  Of a batch that holds more than one.
    void subscribe(const std::vector<subscription_request>& requests, std::uint64_t batch_max,
                   std::uint64_t size_max) {
        for (std::size_t at = 0; at < requests.size();) {
            std::size_t size = 0;
            std::size_t count = 0;
            frame([&] {
                do {
                    out_.append(count == 0 ? '[' : ',');
                    write(requests[at]);
                    size += requests[at].size;
                    ++count;
                    ++at;
                } while (at < requests.size() && count < batch_max &&
                         size + requests[at].size <= size_max);
                out_.append(']');
            });
        }
    }

    /// The number of the subscription request with this id, if it is the id of one.
    static std::optional<std::uint64_t> number_in(std::string_view id) {
        if (!id.starts_with(subscription_id)) {
            return std::nullopt;
        }
        id.remove_prefix(subscription_id.size());
        std::uint64_t number = 0;
        const char* const end = id.data() + id.size();
        const auto [last, problem] = std::from_chars(id.data(), end, number);
        const bool is_number = problem == std::errc() && last + 1 == end && *last == '"';
        return is_number ? std::optional(number) : std::nullopt;
    }

private:
    /// Has `write()` write the body of a frame.
    template <class Write>
    void frame(Write&& write) {
        const std::size_t begin = out_.size();
        try {
            wire::begin_frame(out_);
            write();
        } catch (...) {
            out_.truncate(begin);
            throw;
        }
        wire::end_frame(out_, begin);
    }

    void write(const subscription_request& one) {
        std::string id(subscription_id);
        id.append(std::to_string(one.number)).append(1, '"');
        write_own_request(out_, one.is_wanted ? subscribe_method : unsubscribe_method, id,
                          one.what);
    }

    template <class Params>
    void request(std::string_view method, std::string_view id, const Params& params) {
        frame([&] { write_own_request(out_, method, id, params); });
    }

    wire::buffer& out_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CLIENT_REQUESTS_HPP
