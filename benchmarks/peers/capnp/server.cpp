// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Cap'n Proto's EzRpc server: one thread, its only way. Events are streaming calls of a callback.

#include "../../tree/tree.hpp"
#include "../peer.hpp"

#include "engine.capnp.h"

#include <capnp/dynamic.h>
#include <capnp/ez-rpc.h>

#include <cctype>
#include <string>
#include <string_view>
#include <utility>

namespace {

std::string camel_case(std::string_view name) {
    std::string text;
    for (std::size_t place = 0; place < name.size(); ++place) {
        const bool is_upper = name[place] == '_';
        place += is_upper ? 1 : 0;
        text += is_upper ? static_cast<char>(std::toupper(name[place])) : name[place];
    }
    return text;
}

/// Sets the field of a struct that is named like the member: by reflection, once.
template <class Value>
void fill(capnp::DynamicStruct::Builder to, const Value& value) {
    bench::for_each_member(value, [&to]<class Member>(const char* name, const Member& member) {
        const std::string field = camel_case(name);
        const auto type = to.getSchema().getFieldByName(field.c_str());
        if constexpr (std::is_enum_v<Member>) {
            to.set(type,
                   capnp::DynamicEnum(type.getType().asEnum(), static_cast<std::uint16_t>(member)));
        } else if constexpr (std::is_same_v<Member, bench::time_point>) {
            to.set(type, static_cast<std::int64_t>(member.time_since_epoch().count()));
        } else if constexpr (std::is_same_v<Member, std::string>) {
            to.set(type, capnp::Text::Reader(member.c_str(), member.size()));
        } else {
            to.set(type, member);
        }
    });
}

class engine final : public peer::Engine::Server {
public:
    engine()
        : bars_(storage_.getOrphanage().newOrphan<capnp::List<peer::Bar>>(bench::history_size)),
          tick_(storage_.getOrphanage().newOrphan<peer::Tick>()) {
        unsigned place = 0;
        for (const bench::bar& bar : bench::make_bars(bench::history_size)) {
            fill(capnp::toDynamic(bars_.get()[place++]), bar);
        }
        fill(capnp::toDynamic(tick_.get()), bench::make_tick(12));
    }

    kj::Promise<void> sendOrder(SendOrderContext context) override {
        orders_ += context.getParams().getOrder().getSymbol().size() == 0 ? 0 : 1;
        context.getResults().setId(bench::make_order_id(orders_).c_str());
        return kj::READY_NOW;
    }

    kj::Promise<void> queryHistory(QueryHistoryContext context) override {
        context.getResults().setBars(bars_.getReader());
        return kj::READY_NOW;
    }

    kj::Promise<void> subscribe(SubscribeContext context) override {
        streams_.add(publish(context.getParams().getListener()));
        return kj::READY_NOW;
    }

private:
    kj::Promise<void> publish(peer::Listener::Client listener) {
        auto request = listener.onTickRequest();
        request.setTick(tick_.getReader());
        return request.send().then(
            [this, listener]() mutable { return publish(kj::mv(listener)); });
    }

    capnp::MallocMessageBuilder storage_;
    capnp::Orphan<capnp::List<peer::Bar>> bars_;
    capnp::Orphan<peer::Tick> tick_;
    std::size_t orders_ = 0;
    kj::Vector<kj::Promise<void>> streams_;
};

}  // namespace

int main() {
    capnp::EzRpcServer server(kj::heap<engine>(), "127.0.0.1:0");
    auto& scope = server.getWaitScope();
    bench::leash::announce(std::to_string(server.getPort().wait(scope)));
    bench::end_with_input();
    kj::NEVER_DONE.wait(scope);
}
