// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_BASIC_CLIENT_HPP
#define GATEWIRE_TYPED_BASIC_CLIENT_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/error.hpp>
#include <gatewire/key.hpp>
#include <gatewire/protocol/pending_calls.hpp>
#include <gatewire/timeout.hpp>
#include <gatewire/traceparent.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/typed/completion.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/typed/diagnose.hpp>
#include <gatewire/typed/event_key.hpp>
#include <gatewire/typed/params.hpp>
#include <gatewire/typed/served_gateway.hpp>
#include <gatewire/wire/buffer.hpp>

#include <asio/any_io_executor.hpp>
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

/// How calls begin: what stands before their arguments, who waits for them, and the functions of
/// clients that know a table.
namespace rpc::inline v1::typed {

/// A value that most do not have, so that it costs those a pointer.
template <class Value>
class rare {
public:
    rare() = default;
    rare(const rare& other)
        : kept_(other.kept_ ? std::make_unique<Value>(*other.kept_) : nullptr) {}
    rare(rare&& other) noexcept = default;
    rare& operator=(rare other) noexcept {
        kept_.swap(other.kept_);
        return *this;
    }

    explicit operator bool() const noexcept { return kept_ != nullptr; }
    const Value& operator*() const noexcept { return *kept_; }
    /// Makes it, if it is not there.
    Value& make() {
        if (!kept_) {
            kept_ = std::make_unique<Value>();
        }
        return *kept_;
    }

private:
    std::unique_ptr<Value> kept_;
};

/// Members of a request's `rpc` that name the call, each with a comma before it.
struct call_names {
    std::string key{};
    std::string trace{};    ///< As it was given.
    std::string members{};  ///< Both as the request has them, after `complete`.

    void complete();
};

/// What stands before the arguments of a call, or the defaults.
struct call_options {
    std::chrono::milliseconds timeout{};
    rare<call_names> names{};  ///< Most calls have none.

    /// No more options follow.
    void complete() {
        if (names) {
            names.make().complete();
        }
    }
};

/// The members of a request's `rpc` that name it.
/// @throws rpc::error  `invalid_value`: the key is empty or not UTF-8.
std::string key_members(const key& given);

/// The text of a trace.
/// @throws rpc::error  `invalid_value`: it is none.
std::string trace_text(const traceparent& given);

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
        options.names.make().key = key_members(first);
        return take_options<Entry>(std::move(options), use, rest...);
    } else if constexpr (std::is_same_v<std::remove_cvref_t<First>, traceparent>) {
        options.names.make().trace = trace_text(first);
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
    protocol::call_request request{place, body, options.timeout, is_idempotent};
    if (options.names) {
        const call_names& names = *options.names;
        request.is_keyed = !names.key.empty();
        request.members = names.members;
        request.trace = names.trace;
    }
    if constexpr (requires { options.engine; }) {
        request.engine = options.engine;
    }
    return request;
}

/// The same with a body that nobody needs behind it.
template <class Options>
protocol::call_request make_request(const Options& options, std::size_t place, wire::buffer& body,
                                    bool is_idempotent) {
    protocol::call_request request = make_request(options, place, body.view(), is_idempotent);
    request.holder = &body;
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
    void operator()(Handler&& handler) && {
        begin(std::forward<Handler>(handler), make_request(options, place, *body, is_idempotent));
    }
    /// It may be begun again.
    template <class Handler>
    void operator()(Handler&& handler) const& {
        begin(std::forward<Handler>(handler),
              make_request(options, place, body.view(), is_idempotent));
    }

private:
    template <class Handler>
    void begin(Handler&& handler, const protocol::call_request& what) const {
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
        const protocol::call_id id = side->submit(what, std::move(ends));
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

/// The functions of a client that know its table. They are described where clients are: in
/// <gatewire/client.hpp> and <gatewire/nats.hpp>.
/// @tparam Gateway  Has the table.
/// @tparam Core     As of `client_side`.
/// @tparam Options  `call_options`, or a class derived from it that takes more by `take`.
template <class Gateway, class Core, class Options = call_options>
class basic_client {
public:
    using entries = detail::entries_of<Gateway>;
    using callables = typename entries::callables;
    using handlers = typename entries::handlers;

    /// @param gateway  Receives the events.
    template <class ClientOptions>
    basic_client(const asio::any_io_executor& executor, Gateway& gateway, ClientOptions&& options)
        : side_(make_side(executor, std::forward<ClientOptions>(options),
                          serve_gateway<Gateway, Gateway>(gateway))) {
        diagnose_gateway<Gateway, Gateway>();
    }

    /// For a table without handlers.
    template <class ClientOptions>
    basic_client(const asio::any_io_executor& executor, ClientOptions&& options)
        : side_(make_side(executor, std::forward<ClientOptions>(options),
                          serve_gateway<no_gateway, Gateway>(nobody()))) {
        diagnose_gateway<no_gateway, Gateway>();
    }

    ~basic_client() { side_->shut(); }
    basic_client(const basic_client&) = delete;
    basic_client& operator=(const basic_client&) = delete;

    /// What does not depend on the table.
    client_side<Core>& side() const noexcept { return *side_; }

    template <detail::fixed_string Name, class... Given>
    auto call(Given&&... given) {
        return with_entry<Name>([&]<class Entry>(std::type_identity<Entry>, std::size_t place) {
            return take_options<Entry>(
                defaults<Entry>(),
                [&](const Options& options, const auto&... arguments) {
                    return call_entry<Entry>(place, options, arguments...);
                },
                given...);
        });
    }

    template <detail::fixed_string Name, class... Given>
    auto async_call(Given&&... given) {
        // Deduced as for any completion token: a reference for an lvalue, which is then copied.
        using token = typename detail::list_last<detail::type_list<Given...>>::type;
        return with_entry<Name>([&]<class Entry>(std::type_identity<Entry>, std::size_t place) {
            return take_options<Entry>(
                defaults<Entry>(),
                [&](const Options& options, auto&... rest) {
                    return initiate_call<Entry, token>(side_, place, options, rest...);
                },
                given...);
        });
    }

    template <detail::fixed_string Name, class... Given>
    void notify(const Given&... given) {
        with_entry<Name>([&]<class Entry>(std::type_identity<Entry>, std::size_t place) {
            if constexpr (diagnose_arguments<Entry, Given...>()) {
                wire::scratch body;
                write_request<Entry>(*body, given...);
                side_->submit({place, body.view(), side_->timeout()}, nullptr);
            }
        });
    }

    template <detail::fixed_string Name, class... Keys>
    void subscribe(const Keys&... keys) {
        change<Name>(true, keys...);
    }

    template <detail::fixed_string Name, class... Keys>
    void unsubscribe(const Keys&... keys) {
        change<Name>(false, keys...);
    }

private:
    template <class ClientOptions>
    static std::shared_ptr<client_side<Core>> make_side(const asio::any_io_executor& executor,
                                                        ClientOptions&& options,
                                                        const served_gateway& served) {
        return std::make_shared<client_side<Core>>(
            executor, make_client_core(executor, std::forward<ClientOptions>(options), served));
    }

    static no_gateway& nobody() {
        static no_gateway instance;
        return instance;
    }

    /// Runs `use` with the entry of a name and its place, or explains that there is none.
    template <detail::fixed_string Name, class Use>
    auto with_entry(Use&& use) {
        diagnose_name<Gateway, Name>();
        if constexpr (detail::is_listed<Name, callables>) {
            return use(std::type_identity<detail::entry_named<Name, callables>>{},
                       detail::place_of<Name, callables>);
        }
    }

    /// The options of a call that gives none.
    template <class Entry>
    Options defaults() {
        Options options;
        options.timeout = side_->timeout();
        if constexpr (Entry::is_once) {
            options.names.make().key = key_members(key{side_->next_key()});
        }
        return options;
    }

    template <class Entry, class... Arguments>
    final_result<Entry> call_entry(std::size_t place, const Options& options,
                                   const Arguments&... arguments) {
        if constexpr (diagnose_arguments<Entry, Arguments...>()) {
            wire::scratch body;
            write_request<Entry>(*body, arguments...);
            return wait_for_call<final_result<Entry>>(
                *side_, make_request(options, place, *body, Entry::is_idempotent));
        }
    }

    template <detail::fixed_string Name, class... Keys>
    void change(bool is_wanted, const Keys&... keys) {
        static_assert(detail::is_listed<Name, handlers>,
                      "gatewire: the table has no rpc::on of this name");
        static_assert((detail::key_value<Keys> && ...), "gatewire: a key is a text or an integer");
        if constexpr (detail::is_listed<Name, handlers>) {
            side_->change(detail::place_of<Name, handlers>, {key_text(keys)...}, is_wanted);
        }
    }

    std::shared_ptr<client_side<Core>> side_;
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_BASIC_CLIENT_HPP
