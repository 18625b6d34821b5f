// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_START_CALL_HPP
#define GATEWIRE_TYPED_START_CALL_HPP

#include <gatewire/error.hpp>
#include <gatewire/key.hpp>
#include <gatewire/protocol/call_id.hpp>
#include <gatewire/protocol/call_request.hpp>
#include <gatewire/timeout.hpp>
#include <gatewire/traceparent.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/typed/completion.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/typed/diagnose.hpp>
#include <gatewire/typed/params.hpp>
#include <gatewire/wire/buffer.hpp>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/async_result.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

/// How calls begin: what stands before their arguments, and who waits for them.
namespace rpc::inline v1::typed {

/// What stands before the arguments of a call, or the defaults.
struct call_options {
    std::chrono::milliseconds timeout{};
    /// Members of the request's `rpc` that name the call, each with a comma before it. Most calls
    /// have none.
    std::optional<std::string> key{};
    std::optional<std::string> trace{};  ///< As it was given.
    std::string members{};               ///< Both as the request has them, after `complete`.

    /// No more options follow.
    void complete();
};

/// The members of a request's `rpc` that name it.
/// @throws rpc::error  `invalid_value`: the key is empty or not UTF-8.
std::string key_members(const key& given);

/// The text of a trace.
/// @throws rpc::error  `invalid_value`: it is none.
std::string trace_text(const traceparent& given);

inline void call_options::complete() {
    if (key) {
        members = *key;
    }
    if (trace) {
        members += R"(,"traceparent":")" + *trace + '"';
    }
}

/// Takes the options off the front of what a caller gave, and runs `use(options, rest...)`.
///
/// @tparam Options  `call_options`, or a class derived from it that takes more by `take`.
template <class Entry, class Options, class Use>
auto take_options(Options options, Use&& use) {
    options.complete();
    return use(options);
}
template <class Entry, class Options, class Use, class First, class... Rest>
auto take_options(Options options, Use&& use, First& first, Rest&... rest) {
    if constexpr (std::is_same_v<std::remove_cvref_t<First>, timeout>) {
        options.timeout = first.value;
        return take_options<Entry>(std::move(options), use, rest...);
    } else if constexpr (std::is_same_v<std::remove_cvref_t<First>, key>) {
        static_assert(Entry::is_once,
                      "gatewire: rpc::key is for methods with the trait rpc::once; give it to the "
                      "table's entry");
        options.key = key_members(first);
        return take_options<Entry>(std::move(options), use, rest...);
    } else if constexpr (std::is_same_v<std::remove_cvref_t<First>, traceparent>) {
        options.trace = trace_text(first);
        return take_options<Entry>(std::move(options), use, rest...);
    } else if constexpr (requires { options.take(first); }) {
        options.take(first);
        return take_options<Entry>(std::move(options), use, rest...);
    } else {
        options.complete();
        return use(options, first, rest...);
    }
}

template <class Result>
struct completion_signature {
    using type = void(std::exception_ptr, Result);
};
template <>
struct completion_signature<void> {
    using type = void(std::exception_ptr);
};

/// Connects a cancellation slot with a call whose id is not known yet.
struct call_cancellation {
    static constexpr protocol::call_id none = static_cast<protocol::call_id>(-1);
    std::atomic<protocol::call_id> id{none};
    std::atomic<bool> is_wanted{false};
};

/// The call that these options ask for.
template <class Options>
protocol::call_request make_request(const Options& options, std::size_t place,
                                    std::string_view body, bool is_idempotent) {
    protocol::call_request request{
        place,
        body,
        options.timeout,
        is_idempotent,
        options.key.has_value(),
        false,
        options.members,
        options.trace ? std::string_view(*options.trace) : std::string_view()};
    if constexpr (requires { options.engine; }) {
        request.engine = options.engine;
    }
    return request;
}

/// Makes a call and waits for what it gives.
template <class Result, class Side>
Result wait_for_call(Side& side, const protocol::call_request& what) {
    waiting_completion<Result> waiting;
    side.call(what, session::completion_ptr(&waiting), waiting.end());
    return waiting.take();
}

/// Begins a call when it is given the handler: a token may do that much later, or never, so that
/// the request is kept as it was encoded.
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
        std::shared_ptr<call_cancellation> cancellation;
        if (slot.is_connected()) {
            cancellation = std::make_shared<call_cancellation>();
            slot.assign([cancellation, weak = std::weak_ptr(side)](asio::cancellation_type) {
                cancellation->is_wanted = true;
                const auto alive = weak.lock();
                if (alive && cancellation->id != call_cancellation::none) {
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

#endif  // GATEWIRE_TYPED_START_CALL_HPP
