// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_BASIC_CLIENT_HPP
#define GATEWIRE_TYPED_BASIC_CLIENT_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/key.hpp>
#include <gatewire/timeout.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/typed/completion.hpp>
#include <gatewire/typed/diagnose.hpp>
#include <gatewire/typed/event_key.hpp>
#include <gatewire/typed/params.hpp>
#include <gatewire/typed/served_gateway.hpp>
#include <gatewire/typed/start_call.hpp>
#include <gatewire/wire/buffer.hpp>

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

/// The faces of clients, which are described where they are named: in <gatewire/client.hpp>,
/// <gatewire/dynamic_client.hpp> and <gatewire/nats.hpp>.
namespace rpc::inline v1::typed {

/// What a client does whatever its table.
/// @tparam Core  As of `client_side`.
template <class Core>
class client_handle {
public:
    client_handle(const client_handle&) = delete;
    client_handle& operator=(const client_handle&) = delete;

    void start() { side_->start(); }
    void stop() { side_->stop(); }
    bool wait_connected(timeout longest = std::chrono::seconds(30)) {
        return side_->wait_connected(longest.value);
    }
    bool is_connected() const { return side_->is_connected(); }
    asio::any_io_executor get_executor() const { return side_->executor(); }

protected:
    using side = client_side<Core>;

    client_handle(const asio::any_io_executor& executor, std::shared_ptr<Core> core)
        : side_(std::make_shared<side>(executor, std::move(core))) {}
    ~client_handle() { side_->shut(); }

    std::shared_ptr<side> side_;
};

/// What a client with a table does.
/// @tparam Gateway  Has the table.
/// @tparam Options  `call_options`, or a class derived from it that takes more by `take`.
template <class Gateway, class Core, class Options = call_options>
class basic_client : public client_handle<Core> {
public:
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
                    return initiate_call<Entry, token>(this->side_, place, options, rest...);
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
                this->side_->submit({place, body.view(), this->side_->timeout()}, nullptr);
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

protected:
    using entries = detail::entries_of<Gateway>;
    using callables = typename entries::callables;
    using handlers = typename entries::handlers;

    /// @param gateway  Receives the events.
    template <class ClientOptions>
    basic_client(const asio::any_io_executor& executor, Gateway& gateway, ClientOptions&& options)
        : client_handle<Core>(executor,
                              make_client_core(executor, std::forward<ClientOptions>(options),
                                               serve_gateway<Gateway, Gateway>(gateway))) {
        diagnose_gateway<Gateway, Gateway>();
    }

    /// For a table without handlers.
    template <class ClientOptions>
    basic_client(const asio::any_io_executor& executor, ClientOptions&& options)
        : client_handle<Core>(executor,
                              make_client_core(executor, std::forward<ClientOptions>(options),
                                               serve_gateway<no_gateway, Gateway>(nobody()))) {
        diagnose_gateway<no_gateway, Gateway>();
    }

    ~basic_client() = default;

private:
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
        options.timeout = this->side_->timeout();
        if constexpr (Entry::is_once) {
            options.key = key_members(key{this->side_->next_key()});
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
                *this->side_, make_request(options, place, body.view(), Entry::is_idempotent));
        }
    }

    template <detail::fixed_string Name, class... Keys>
    void change(bool is_wanted, const Keys&... keys) {
        static_assert(detail::is_listed<Name, handlers>,
                      "gatewire: the table has no rpc::on of this name");
        static_assert((detail::key_value<Keys> && ...), "gatewire: a key is a text or an integer");
        if constexpr (detail::is_listed<Name, handlers>) {
            this->side_->change(detail::place_of<Name, handlers>, {key_text(keys)...}, is_wanted);
        }
    }
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_BASIC_CLIENT_HPP
