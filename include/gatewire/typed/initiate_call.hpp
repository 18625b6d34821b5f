// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_INITIATE_CALL_HPP
#define GATEWIRE_TYPED_INITIATE_CALL_HPP

#include <gatewire/protocol/call_id.hpp>
#include <gatewire/protocol/call_request.hpp>
#include <gatewire/typed/call_options.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/typed/completion.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/typed/diagnose_gateway.hpp>
#include <gatewire/typed/request.hpp>
#include <gatewire/wire/scratch.hpp>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/async_result.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

/// Starts asynchronous calls.
namespace rpc::inline v1::typed {

template <class Result>
struct completion_signature {
    using type = void(std::exception_ptr, Result);
};
template <>
struct completion_signature<void> {
    using type = void(std::exception_ptr);
};

/// Connects a cancellation slot with a call whose id is not known yet.
struct cancellation_link {
    static constexpr protocol::call_id none = static_cast<protocol::call_id>(-1);
    std::atomic<protocol::call_id> id{none};
    std::atomic<bool> is_wanted{false};
};

/// The call that these options ask for. Options that ask for more have a function of their own.
inline protocol::call_request make_request(const call_options& options, std::size_t place,
                                           std::string_view body, bool is_idempotent) {
    return {place,
            body,
            options.timeout,
            is_idempotent,
            static_cast<bool>(options.key),
            false,
            options.members ? std::string_view(*options.members) : std::string_view(),
            options.trace ? std::string_view(*options.trace) : std::string_view()};
}

/// Begins a call when it is given the handler: a token may do that much later, or never, so that
/// the request is kept as it was encoded.
///
/// @tparam Side  `client_side`, or a class that takes calls as it does.
template <class Result, class Side, class Options>
struct call_initiation {
    std::shared_ptr<Side> side;
    std::size_t place;
    Options options;
    bool is_idempotent;
    wire::scratch body;
    std::optional<error> failure;  // the arguments had no JSON form

    template <class Handler>
    void operator()(Handler&& handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        session::completion_ptr ends =
            completion_for<Result>(std::forward<Handler>(handler), side->executor());
        if (failure) {
            side->fail_later(std::move(ends), *failure);
            return;
        }
        std::shared_ptr<cancellation_link> cancellation;
        if (slot.is_connected()) {
            cancellation = std::make_shared<cancellation_link>();
            slot.assign([cancellation, weak = std::weak_ptr(side)](asio::cancellation_type) {
                cancellation->is_wanted = true;
                const auto alive = weak.lock();
                if (alive && cancellation->id != cancellation_link::none) {
                    alive->cancel(cancellation->id);
                }
            });
        }
        const protocol::call_id id =
            side->submit(make_request(options, place, body.view(), is_idempotent), std::move(ends));
        if (cancellation) {
            cancellation->id = id;
            if (cancellation->is_wanted) {
                side->cancel(id);
            }
        }
    }
};

/// Encodes the arguments and begins the call as the token, the last of `given`, wants it.
template <class Entry, class Token, class Side, class Options, class... Given>
auto initiate_call(const std::shared_ptr<Side>& side, std::size_t place, const Options& options,
                   Given&... given) {
    using result = final_result<Entry>;
    constexpr std::size_t count = Entry::arguments::size;
    static_assert(sizeof...(Given) != count,
                  "gatewire: async_call takes a completion token after the arguments, for example "
                  "asio::use_future");
    static_assert(sizeof...(Given) == count || sizeof...(Given) == count + 1,
                  "gatewire: the method is called with the wrong number of arguments");
    if constexpr (sizeof...(Given) == count + 1) {
        const auto all = std::tie(given...);
        call_initiation<result, Side, Options> initiation{
            side, place, options, Entry::is_idempotent, {}, {}};
        [&]<std::size_t... Index>(std::index_sequence<Index...>) {
            if constexpr (diagnose_arguments<Entry, std::remove_reference_t<std::tuple_element_t<
                                                        Index, std::tuple<Given&...>>>...>()) {
                try {
                    write_request<Entry>(*initiation.body, std::get<Index>(all)...);
                } catch (const error& why) {
                    initiation.failure = why;
                }
            }
        }(std::make_index_sequence<count>{});
        return asio::async_initiate<Token, typename completion_signature<result>::type>(
            std::move(initiation), std::get<count>(all));
    }
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_INITIATE_CALL_HPP
