// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "rpc_engine.hpp"

#include "../trader/clock.hpp"
#include "trading_service.hpp"

#include <asio/post.hpp>

#include <exception>
#include <future>
#include <mutex>
#include <set>
#include <utility>

namespace trader::rpc_service {

namespace {

constexpr auto setting_name = "rpc_service";

/// Who shows which token.
std::string identify(const std::vector<client_access>& clients, const std::string& token) {
    const client_access* found = nullptr;
    for (const auto& each : clients) {
        // Every one is compared, so that time tells nothing.
        if (rpc::same_secret(each.token, token)) {
            found = &each;
        }
    }
    if (found == nullptr) {
        throw rpc::error(rpc::errc::unauthenticated,
                         token.empty() ? "this service wants a token" : "this token is not known");
    }
    return found->name;
}

template <class Server>
void publish(Server& server, const event& happened) {
    std::visit(
        [&]<class Data>(const Data& data) {
            if constexpr (std::is_same_v<Data, tick_data>) {
                server.template publish<"tick">(data);
            } else if constexpr (std::is_same_v<Data, trade_data>) {
                server.template publish<"trade">(data);
            } else if constexpr (std::is_same_v<Data, order_data>) {
                server.template publish<"order">(data);
            } else if constexpr (std::is_same_v<Data, position_data>) {
                server.template publish<"position">(data);
            } else if constexpr (std::is_same_v<Data, account_data>) {
                server.template publish<"account">(data);
            } else if constexpr (std::is_same_v<Data, quote_data>) {
                server.template publish<"quote">(data);
            } else if constexpr (std::is_same_v<Data, contract_data>) {
                server.template publish<"contract">(data);
            } else if constexpr (std::is_same_v<Data, gateway_data>) {
                server.template publish<"gateway">(data);
            } else if constexpr (std::is_same_v<Data, log_data>) {
                server.template publish<"log">(data);
            } else if constexpr (std::is_same_v<Data, reset_data>) {
                server.template publish<"reset">(data);
            } else if constexpr (std::is_same_v<Data, nlohmann::json>) {
                server.template publish<"event">(app_event{happened.type, data});
            }
        },
        happened.data);
}

}  // namespace

/// One start of the service. Sessions and their orders belong to it, not to the next.
struct running_service {
    template <class Executor>
    running_service(const Executor& executor, rpc::server_options options, main_engine& main,
                    const oms_book& book, const function_list& functions,
                    const service_setting& rules, trading_service::audit log)
        : service(main, book, functions, rules, std::move(log)),
          server(executor, service, std::move(options)) {}

    trading_service service;
    rpc::server<trading_service> server;
};

struct rpc_engine::parts {
    parts(main_engine& platform, event_engine& source) : main(platform), events(source) {}

    void log(std::string msg, int level = log_data::info) {
        events.put({std::string(EVENT_RPC_LOG), log_data{.gateway_name = "RpcService",
                                                         .msg = std::move(msg),
                                                         .level = level,
                                                         .time = now()}});
    }

    /// Hands every event over to the service's thread, from now on.
    void follow() {
        events.run_and_wait([this] {
            asio::post(io.get_executor(),
                       [this, known = main.snapshot()]() mutable { book = std::move(known); });
            handler = events.register_general([this](const event& happened) {
                if (happened.type != EVENT_TIMER) {
                    asio::post(io.get_executor(), [this, happened] { tell(happened); });
                }
            });
        });
    }

    void tell(const event& happened) {
        book.update(happened);
        const std::shared_ptr<running_service> told = current();
        if (!told) {
            return;
        }
        told->service.update(happened);
        try {
            publish(told->server, happened);
        } catch (const rpc::error& failure) {
            // Never for this application's own lines: that would go on for ever.
            if (happened.type != EVENT_RPC_LOG) {
                log("an event " + happened.type + " cannot be sent: " + failure.what(),
                    log_data::error);
            }
        }
    }

    std::shared_ptr<running_service> current() const {
        const std::lock_guard lock(mutex);
        return running;
    }

    rpc::server_options options(const service_setting& wanted) {
        rpc::server_options made{.listen = wanted.listen,
                                 .drain_time = std::chrono::milliseconds(300)};
        if (!wanted.clients.empty()) {
            made.authenticate = [clients = wanted.clients](const rpc::credentials& shown) {
                return identify(clients, shown.token);
            };
        }
        made.log = [this](const rpc::log_record& record) {
            if (record.event != rpc::log_event::listening &&
                record.event != rpc::log_event::stopped) {
                log(rpc::to_string(record));
            }
        };
        return made;
    }

    void forget(const running_service* ended) {
        std::shared_ptr<running_service> last;  // Goes outside of the lock.
        const std::lock_guard lock(mutex);
        for (const auto& each : draining) {
            if (each.get() == ended) {
                last = each;
                draining.erase(each);
                return;
            }
        }
    }

    std::shared_ptr<running_service> make(const service_setting& wanted) {
        return std::make_shared<running_service>(
            io.get_executor(), options(wanted), main, book, functions, wanted,
            [this](std::string msg, int level) { log(std::move(msg), level); });
    }

    main_engine& main;
    event_engine& events;
    function_list functions;
    oms_book book;  // Belongs to the thread of `io`.
    event_engine::handler_id handler = 0;

    mutable std::mutex mutex;  // Guards what follows.
    std::shared_ptr<running_service> running;
    std::set<std::shared_ptr<running_service>> draining;
    service_setting used;

    rpc::io_thread io;  // Last, so that its thread ends before what it uses.
};

rpc_engine::rpc_engine(main_engine& main, event_engine& events)
    : base_engine(main, events, std::string(rpc_service_app::app_name)),
      parts_(std::make_unique<parts>(main, events)) {
    parts_->follow();
    try {
        parts_->used = main.settings().load(setting_name).get<service_setting>();
    } catch (const std::exception& failure) {
        parts_->log(
            std::string("the settings of the RPC service cannot be read: ") + failure.what(),
            log_data::error);
    }
    if (parts_->used.autostart) {
        start();
    }
}

rpc_engine::~rpc_engine() {
    close();
    // Servers go before the thread that they run on.
    std::set<std::shared_ptr<running_service>> last;
    const std::lock_guard lock(parts_->mutex);
    last.swap(parts_->draining);
}

bool rpc_engine::start() {
    return start(setting());
}

bool rpc_engine::start(std::vector<std::string> listen) {
    auto wanted = setting();
    wanted.listen = std::move(listen);
    return start(std::move(wanted));
}

bool rpc_engine::start(service_setting wanted) {
    if (is_active()) {
        parts_->log("the RPC service runs already", log_data::warning);
        return false;
    }
    try {
        auto made = parts_->make(wanted);
        made->server.start();
        std::string bound;
        for (const auto& address : made->server.addresses()) {
            bound += " " + address;
        }
        {
            const std::lock_guard lock(parts_->mutex);
            parts_->running = std::move(made);
            parts_->used = wanted;
        }
        parts_->log("RPC service started:" + bound);
    } catch (const std::exception& failure) {
        parts_->log(std::string("RPC service not started: ") + failure.what(), log_data::error);
        return false;
    }
    try {
        main().settings().save(setting_name, wanted);
    } catch (const std::exception& failure) {
        parts_->log(std::string("its settings are not kept: ") + failure.what(), log_data::warning);
    }
    return true;
}

bool rpc_engine::stop() {
    std::shared_ptr<running_service> ended;
    {
        const std::lock_guard lock(parts_->mutex);
        ended = std::exchange(parts_->running, nullptr);
        if (ended) {
            parts_->draining.insert(ended);
        }
    }
    if (!ended) {
        parts_->log("the RPC service does not run", log_data::warning);
        return false;
    }
    ended->server.stop();
    ended->server.when_drained([all = parts_.get(), ended = ended.get()] {
        // Behind this handler, which belongs to what goes.
        asio::post(all->io.get_executor(), [all, ended] { all->forget(ended); });
    });
    parts_->log("RPC service stopped");
    return true;
}

bool rpc_engine::is_active() const {
    return parts_->current() != nullptr;
}

std::vector<std::string> rpc_engine::addresses() const {
    const auto running = parts_->current();
    return running ? running->server.addresses() : std::vector<std::string>{};
}

std::vector<rpc::session_stats> rpc_engine::clients() const {
    const auto running = parts_->current();
    return running ? running->server.sessions() : std::vector<rpc::session_stats>{};
}

service_setting rpc_engine::setting() const {
    const std::lock_guard lock(parts_->mutex);
    return parts_->used;
}

void rpc_engine::add_function(const std::string& name,
                              std::function<nlohmann::json(const nlohmann::json&)> function) {
    parts_->functions.add(name, std::move(function));
}

void rpc_engine::close() {
    if (parts_->handler == 0) {
        return;
    }
    if (is_active()) {
        stop();
    }
    events().unregister(std::exchange(parts_->handler, 0));
}

}  // namespace trader::rpc_service
