// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "rpc_engine.hpp"

#include "../trader/clock.hpp"
#include "running_service.hpp"

#include <asio/post.hpp>
#include <asio/thread_pool.hpp>

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

}  // namespace

struct rpc_engine::parts {
    parts(main_engine& platform, event_engine& source) : main(platform), events(source) {}

    void log(std::string msg, int level = log_data::info) {
        events.put({std::string(EVENT_RPC_LOG), log_data{.gateway_name = "RpcService",
                                                         .msg = std::move(msg),
                                                         .level = level,
                                                         .time = now()}});
    }

    /// Hands every event over to the service that runs.
    void follow() {
        handler = events.register_general([this](const event& happened) {
            if (happened.type == EVENT_TIMER) {
                return;
            }
            if (const auto service = listener()) {
                service->tell(happened);
            }
        });
    }

    std::shared_ptr<running_service> listener() const {
        const std::lock_guard lock(mutex);
        return told;
    }

    std::shared_ptr<running_service> bound() const {
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

    /// What could not be started.
    void drop() {
        std::shared_ptr<running_service> last;  // Goes outside of the lock.
        const std::lock_guard lock(mutex);
        last.swap(told);
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

    /// Makes a service that is told every event from now on, before it has its first client.
    std::shared_ptr<running_service> make(const service_setting& wanted) {
        std::shared_ptr<running_service> made;
        events.run_and_wait([&] {
            made = std::make_shared<running_service>(
                pool.get_executor(), options(wanted), main, functions, wanted, main.snapshot(),
                [this](std::string msg, int level) { log(std::move(msg), level); });
            const std::lock_guard lock(mutex);
            told = made;
        });
        return made;
    }

    main_engine& main;
    event_engine& events;
    function_list functions;
    event_engine::handler_id handler = 0;

    std::mutex starting;                       // One start at a time.
    mutable std::mutex mutex;                  // Guards what follows.
    std::shared_ptr<running_service> told;     // Hears of events.
    std::shared_ptr<running_service> running;  // The same, once it is bound.
    std::set<std::shared_ptr<running_service>> draining;
    service_setting used;

    // Last, so that its threads end before what they use. With two of them a function that takes
    // its time leaves one for the connections.
    asio::thread_pool pool{2};
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
    const std::unique_lock starting(parts_->starting, std::try_to_lock);
    if (!starting || is_active()) {
        parts_->log("the RPC service runs already", log_data::warning);
        return false;
    }
    try {
        auto made = parts_->make(wanted);
        made->start();
        std::string bound;
        for (const auto& address : made->addresses()) {
            bound += " " + address;
        }
        {
            const std::lock_guard lock(parts_->mutex);
            parts_->running = std::move(made);
            parts_->used = wanted;
        }
        parts_->log("RPC service started:" + bound);
    } catch (const std::exception& failure) {
        parts_->drop();
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
            parts_->told = nullptr;
            parts_->draining.insert(ended);
        }
    }
    if (!ended) {
        parts_->log("the RPC service does not run", log_data::warning);
        return false;
    }
    ended->stop();
    ended->when_drained([all = parts_.get(), ended = ended.get()] {
        // Behind this handler, which belongs to what goes.
        asio::post(all->pool.get_executor(), [all, ended] { all->forget(ended); });
    });
    parts_->log("RPC service stopped");
    return true;
}

bool rpc_engine::is_active() const {
    return parts_->bound() != nullptr;
}

std::vector<std::string> rpc_engine::addresses() const {
    const auto running = parts_->bound();
    return running ? running->addresses() : std::vector<std::string>{};
}

std::vector<rpc::session_stats> rpc_engine::clients() const {
    const auto running = parts_->bound();
    return running ? running->sessions() : std::vector<rpc::session_stats>{};
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
