// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_GATEWAY_RUNNER_HPP
#define GATEWIRE_TYPED_GATEWAY_RUNNER_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/session/client_core.hpp>
#include <gatewire/session/cork.hpp>
#include <gatewire/session/gateway_item.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/wire/json/read.hpp>

#include <array>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace rpc::inline v1::typed {

/// Stands for the gateway of a client that handles nothing.
struct no_gateway {};

/// Hands events and news to a gateway, on its strand.
template <class Gateway, class Table>
class gateway_runner {
public:
    using handlers = typename detail::entries_of<Table>::handlers;

    explicit gateway_runner(Gateway& gateway) : gateway_(gateway) {}

    /// Set once, before the first batch.
    void serve(const std::shared_ptr<session::client_core>& core) noexcept { core_ = core; }

    void run(session::gateway_batch& batch) {
        // A handler may destroy the client; what is left of the batch still needs it.
        const std::shared_ptr<session::client_core> core = core_.lock();
        const bool was_closed = core->gateway().is_closed();
        const session::cork held;
        for (const session::gateway_item& item : batch.items) {
            // A handler may destroy the client, and the gateway with it: calls still end then, but
            // nothing else is told.
            if (item.completion || core->gateway().is_closed() == was_closed) {
                run_one(*core, item);
            }
        }
        batch.items.clear();
        core->recycle(batch);
    }

private:
    using kind = session::gateway_item::kind;
    using handle_function = void (*)(gateway_runner&, session::client_core&, std::string_view data);

    /// An exception of the user's handlers ends that handler, not the client.
    void run_one(session::client_core& core, const session::gateway_item& item) noexcept {
        if (item.completion) {
            item.complete();
            return;
        }
        try {
            switch (item.what) {
                case kind::event:
                    handle_functions(handlers{})[item.event](*this, core, item.text);
                    break;
                case kind::connected: connected(core, std::get<session_info>(*item.news)); break;
                case kind::disconnected: disconnected(std::get<error>(*item.news)); break;
                case kind::gap: missed(std::get<gap>(*item.news)); break;
                default: break;
            }
        } catch (const std::exception& thrown) {
            core.log(log_event::handler_threw, thrown.what());
        } catch (...) {
            core.log(log_event::handler_threw, "a handler threw something unknown");
        }
    }

    template <class... Entries>
    static const auto& handle_functions(type_list<Entries...>) {
        static constexpr std::array<handle_function, sizeof...(Entries)> table{
            &gateway_runner::template handle<entry<Entries>>...};
        return table;
    }

    template <class Entry>
    static void handle(gateway_runner& self, session::client_core& core, std::string_view data) {
        typename Entry::payload payload{};
        wire::json::read_error failure;
        if (!wire::json::read_text(data, payload, failure)) {
            core.log(log_event::frame_refused,
                     "event " + std::string(Entry::name) + ": " + failure.text("data"));
            return;
        }
        constexpr auto function = Entry::function;
        if constexpr (Entry::is_member) {
            (self.gateway_.*function)(std::move(payload));
        } else {
            function(self.gateway_, std::move(payload));
        }
    }

    void connected(session::client_core& core, const session_info& info) {
        core.log(log_event::connected, info.session);
        if constexpr (requires { gateway_.on_connected(info); }) {
            gateway_.on_connected(info);
        }
    }
    void disconnected(const error& why) {
        if constexpr (requires { gateway_.on_disconnected(why); }) {
            gateway_.on_disconnected(why);
        }
    }
    void missed(const gap& events) {
        if constexpr (requires { gateway_.on_gap(events); }) {
            gateway_.on_gap(events);
        }
    }

    Gateway& gateway_;
    std::weak_ptr<session::client_core> core_;
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_GATEWAY_RUNNER_HPP
