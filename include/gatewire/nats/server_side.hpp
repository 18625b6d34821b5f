// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_SERVER_SIDE_HPP
#define GATEWIRE_NATS_SERVER_SIDE_HPP

#include <gatewire/nats/server_core.hpp>
#include <gatewire/nats/subject.hpp>
#include <gatewire/typed/first_use.hpp>
#include <gatewire/typed/served_engine.hpp>
#include <gatewire/typed/server_side.hpp>

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/server_side_impl.hpp>
#endif

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::nats {

/// What `rpc::nats::server` does that depends on no type of the engine's.
class server_side {
public:
    server_side(const asio::any_io_executor& executor, server_options&& options,
                const typed::served_engine& served)
        : runner_(std::make_shared<runner>()) {
        core_ = std::make_shared<server_core>(
            executor, std::move(options),
            protocol::service{served.find_method, served.find_event,
                              typed::describe_entries(served.methods),
                              typed::describe_entries(served.events)},
            [runner = runner_](call_ptr& call) { runner->run(*call, call); });
        runner_->serve(*core_, served);
    }

    ~server_side() {
        core_->shut();
        runner_->close();
    }

    server_side(const server_side&) = delete;
    server_side& operator=(const server_side&) = delete;

    /// @throws rpc::error  `invalid_value`: the key is too long to be a part of a subject.
    void publish(std::size_t place, std::string_view key, std::string_view data) {
        const protocol::entry_description& event = core_->offers().events[place];
        std::string subject = event_subject(core_->options().name, event.name);
        if (event.is_keyed) {
            subject.append(".").append(token_of(key));
        }
        if (subject.size() > subject_size_max) {
            throw error(errc::invalid_value, "the key of the event is too long for NATS",
                        outcome::not_sent);
        }
        if (data.size() > core_->options().answer_size_max) {
            throw error(errc::frame_too_large,
                        "the event has " + std::to_string(data.size()) + " bytes, the limit is " +
                            std::to_string(core_->options().answer_size_max),
                        outcome::not_sent);
        }
        if (!event.needs.empty() && !core_->options().broker_checks_roles) {
            throw error(errc::forbidden, "the event needs a role, and over NATS nobody has one",
                        outcome::not_sent);
        }
        core_->events().add(std::move(subject), event.name, data, core_->world().now());
    }

    server_core& core() const noexcept { return *core_; }

private:
    /// Runs calls on the engine, whose type it does not know, on the engine's strand.
    class runner {
    public:
        void serve(server_core& core, const typed::served_engine& served) {
            core_ = &core;
            methods_ = served.run;
            access_.engine = served.engine;
            access_.answer_size_max = core.options().answer_size_max;
            access_.strand = core.engine().executor();
            access_.loop = core.executor();
            access_.worker = core.options().worker ? core.options().worker : core.executor();
        }

        void run(incoming_call& call, const call_ptr& origin) {
            core_->events().begin_call();
            {
                typed::answer_sheet sheet(origin, access_.answer_size_max);
                try {
                    run_one(call.what(), sheet);
                } catch (...) {
                    sheet.fail_anyhow(call.what());
                }
            }
            core_->events().end_call(core_->world().now());
        }

        /// Waits for offloaded methods; none is begun any more.
        void close() { access_.offloaded->close(); }

    private:
        void run_one(const protocol::call& what, typed::answer_sheet& sheet) {
            if (what.state->cancelled.load(std::memory_order_relaxed)) {
                sheet.fail(what, protocol::cancelled_code, protocol::cancelled_early_text);
            } else if (core_->world().now() >= what.deadline) {
                sheet.fail(what, protocol::deadline_code, protocol::too_late_text);
            } else if (what.state->key.empty() ||
                       typed::is_first_use(core_->offers().methods[what.method].name, what, sheet,
                                           access_.answer_size_max)) {
                methods_[what.method](access_, what, sheet);
            }
        }

        server_core* core_ = nullptr;
        const typed::run_function* methods_ = nullptr;
        typed::engine_access access_;
    };

    std::shared_ptr<runner> runner_;
    std::shared_ptr<server_core> core_;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_SERVER_SIDE_HPP
