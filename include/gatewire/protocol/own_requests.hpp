// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_OWN_REQUESTS_HPP
#define GATEWIRE_PROTOCOL_OWN_REQUESTS_HPP

#include <gatewire/protocol/answer.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// What a client sends of its own accord, as frames at the end of a buffer. The ids are texts,
/// those of calls are numbers.
class own_requests {
public:
    static constexpr std::string_view hello_id = "\"hello\"";
    static constexpr std::string_view subscribe_id = "\"subscribe\"";
    static constexpr std::string_view change_id = "\"change\"";
    static constexpr std::string_view ping_id = "\"ping\"";

    /// @param out  Must outlive this.
    explicit own_requests(wire::buffer& out) : out_(out) {}

    void hello(const hello_request& what) { request(hello_method, hello_id, what); }
    void ping() { request(ping_method, ping_id, nlohmann::json::object()); }
    void change(const subscription& wish, bool is_wanted) {
        request(is_wanted ? subscribe_method : unsubscribe_method, change_id, wish);
    }
    void cancel(std::uint64_t id) { request(cancel_method, {}, cancel_request{id}); }
    void ack(std::uint64_t answers) { request(ack_method, {}, ack_request{answers}); }
    void bye(std::string reason) { request(bye_method, {}, bye_request{std::move(reason)}); }

    /// In batches, so that the server answers before the first event of any of them.
    void subscribe(const std::vector<subscription>& wishes, std::size_t batch_max) {
        batch_max = (std::max)(std::size_t{1}, batch_max);
        for (std::size_t begin = 0; begin < wishes.size(); begin += batch_max) {
            const std::size_t end = (std::min)(wishes.size(), begin + batch_max);
            const std::size_t frame = wire::begin_frame(out_);
            for (std::size_t at = begin; at < end; ++at) {
                out_.append(at == begin ? '[' : ',');
                write_own_request(out_, subscribe_method, subscribe_id, wishes[at]);
            }
            out_.append(']');
            wire::end_frame(out_, frame);
        }
    }

private:
    template <class Params>
    void request(std::string_view method, std::string_view id, const Params& params) {
        const std::size_t frame = wire::begin_frame(out_);
        write_own_request(out_, method, id, params);
        wire::end_frame(out_, frame);
    }

    wire::buffer& out_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_OWN_REQUESTS_HPP
