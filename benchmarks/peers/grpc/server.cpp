// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// gRPC's synchronous server with its default options.

#include "../../tree/tree.hpp"
#include "../peer.hpp"

#include "engine.grpc.pb.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <string>

namespace {

/// Sets the field of a message that is named like the member: by reflection, once.
template <class Message, class Value>
void fill(Message& message, const Value& value) {
    const auto& fields = *Message::descriptor();
    const auto& access = *Message::GetReflection();
    bench::for_each_member(value, [&]<class Member>(const char* name, const Member& member) {
        const auto* const field = fields.FindFieldByName(name);
        if constexpr (std::is_enum_v<Member>) {
            access.SetEnumValue(&message, field, static_cast<int>(member));
        } else if constexpr (std::is_same_v<Member, bench::time_point>) {
            access.SetInt64(&message, field, member.time_since_epoch().count());
        } else if constexpr (std::is_same_v<Member, std::string>) {
            access.SetString(&message, field, member);
        } else {
            access.SetDouble(&message, field, member);
        }
    });
}

class engine final : public peer::Engine::Service {
public:
    engine() {
        for (const bench::bar& bar : bench::make_bars(bench::history_size)) {
            fill(*bars_.add_bars(), bar);
        }
        fill(tick_, bench::make_tick(12));
    }

    grpc::Status SendOrder(grpc::ServerContext*, const peer::Order* order,
                           peer::OrderId* answer) override {
        orders_ += order->symbol().empty() ? 0 : 1;
        answer->set_id(bench::make_order_id(orders_));
        return grpc::Status::OK;
    }

    grpc::Status QueryHistory(grpc::ServerContext*, const peer::HistoryRequest*,
                              peer::Bars* answer) override {
        *answer = bars_;
        return grpc::Status::OK;
    }

    grpc::Status Ticks(grpc::ServerContext*, const peer::Nothing*,
                       grpc::ServerWriter<peer::Tick>* writer) override {
        while (writer->Write(tick_)) {
        }
        return grpc::Status::OK;
    }

private:
    std::atomic<std::size_t> orders_{0};
    peer::Bars bars_;
    peer::Tick tick_;
};

}  // namespace

int main() {
    engine served;
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&served);
    const auto server = builder.BuildAndStart();
    bench::leash::announce(std::to_string(port));
    bench::end_with_input();
    server->Wait();
}
