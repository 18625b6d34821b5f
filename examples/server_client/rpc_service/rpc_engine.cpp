// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "rpc_engine.hpp"

#include "../trader/clock.hpp"
#include "running_service.hpp"

#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <utility>
#include <variant>

namespace trader::rpc_service {

namespace {

constexpr auto setting_name = "rpc_service";

/// The machine, or the process at the other end of a unix socket; ports change with every try.
std::string host_of(const std::string& peer) {
    return peer.starts_with("unix:") ? peer : peer.substr(0, peer.rfind(':'));
}

/// Who has the token that is shown, or has none and the name in the certificate; or null.
const client_access* find_client(const std::vector<client_access>& clients,
                                 const rpc::credentials& shown) {
    const client_access* by_token = nullptr;
    const client_access* by_name = nullptr;
    for (const auto& each : clients) {
        // Every one is compared, so that time tells nothing.
        if (rpc::same_secret(shown.token, each.token) && !each.token.empty()) {
            by_token = &each;
        }
        if (each.token.empty() && shown.certificate &&
            shown.certificate->common_name == each.name) {
            by_name = &each;
        }
    }
    return by_token != nullptr ? by_token : by_name;
}

/// What is missing, in the words of the window.
std::string reason_of(const std::exception& failure) {
    const std::string text = failure.what();
    const auto advice = text.find("; set server_options::");
    return advice == std::string::npos
               ? text
               : text.substr(0, advice) + "; add a client with a token to those who may connect";
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
            } else if (const auto* reset = std::get_if<reset_data>(&happened.data)) {
                lasting.owners.forget(*reset);
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
        const auto encrypted = std::ranges::find_if(wanted.listen, transport::is_encrypted);
        if (encrypted != wanted.listen.end()) {
            encrypt(made, wanted, *encrypted);
        }
        if (!wanted.clients.empty()) {
            made.authenticate = [this, clients = wanted.clients](const rpc::credentials& shown) {
                return admit(clients, shown);
            };
        }
        made.log = [this, is_guarded = !wanted.clients.empty()](const rpc::log_record& record) {
            // Who came is told by `admit`, if somebody asks; who left by the service; and this
            // engine tells of itself.
            const bool is_known = record.event == rpc::log_event::listening ||
                                  record.event == rpc::log_event::stopped ||
                                  record.event == rpc::log_event::disconnected ||
                                  (record.event == rpc::log_event::connected && is_guarded);
            if (!is_known) {
                log(rpc::to_string(record));
            }
        };
        return made;
    }

    static void encrypt(rpc::server_options& made, const service_setting& wanted,
                        const std::string& address) {
        if (wanted.certificate.empty() || wanted.key.empty()) {
            throw std::invalid_argument("cannot listen on '" + address +
                                        "': it needs a certificate and its key; choose them, or "
                                        "make certificates for this desk");
        }
        transport::encrypt(made, {wanted.client_authority, wanted.certificate, wanted.key});
    }

    std::string admit(const std::vector<client_access>& clients, const rpc::credentials& shown) {
        const auto* known = find_client(clients, shown);
        const std::string problem = known != nullptr       ? ""
                                    : !shown.token.empty() ? "this token is not known"
                                    : shown.certificate
                                        ? "nobody who may connect has the name '" +
                                              shown.certificate->common_name +
                                              "' of this certificate, and there was no token"
                                        : "this service wants a token";
        if (is_news(host_of(shown.peer), problem)) {
            log(shown.peer + " is refused: " + problem, log_data::warning);
        }
        if (known == nullptr) {
            throw rpc::error(rpc::errc::unauthenticated, problem);
        }
        log(known->name + " (" + shown.peer + ") connected");
        return known->name;
    }

    /// Whether a host is refused for another reason than before. It will try again and again.
    bool is_news(const std::string& host, const std::string& problem) {
        constexpr std::size_t most = 1000;
        const std::lock_guard lock(mutex);
        if (problem.empty()) {
            refused.erase(host);
            return false;
        }
        if (refused.size() >= most) {
            refused.clear();
        }
        return std::exchange(refused[host], problem) != problem;
    }

    /// False, with a line in the log, if what was saved is of no use. It may ask for tokens:
    /// nothing starts with the defaults in its place.
    bool is_readable() {
        std::string why;
        {
            const std::lock_guard lock(mutex);
            why = failure = unreadable;
        }
        if (!why.empty()) {
            log("RPC service not started: " + why, log_data::error);
        }
        return why.empty();
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
                pool.get_executor(), options(wanted), main, lasting, wanted, main.snapshot(),
                [this](std::string msg, int level) { log(std::move(msg), level); });
            const std::lock_guard lock(mutex);
            told = made;
        });
        return made;
    }

    main_engine& main;
    event_engine& events;
    lasting_parts lasting;
    event_engine::handler_id handler = 0;

    std::mutex starting;                       // One start at a time.
    mutable std::mutex mutex;                  // Guards what follows.
    std::shared_ptr<running_service> told;     // Hears of events.
    std::shared_ptr<running_service> running;  // The same, once it is bound.
    std::set<std::shared_ptr<running_service>> draining;
    service_setting used;
    std::map<std::string, std::string> refused;  // By host, why.
    std::string unreadable;                      // Why what was saved is of no use.
    std::string failure;                         // Of the last start.

    // Last, so that its threads end before what they use. With two of them a function that takes
    // its time leaves one for the connections.
    asio::thread_pool pool{2};
};

rpc_engine::rpc_engine(main_engine& main, event_engine& events)
    : base_engine(main, events, std::string(rpc_service_app::app_name)),
      parts_(std::make_unique<parts>(main, events)) {
    parts_->follow();
    try {
        parts_->used = read_service_setting(main.settings().load(setting_name),
                                            main.settings().file_of(setting_name));
    } catch (const std::exception& failure) {
        parts_->unreadable = failure.what();
        parts_->log("the settings of the RPC service cannot be read: " + parts_->unreadable,
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
    return parts_->is_readable() && start_for_this_run(setting());
}

bool rpc_engine::start(std::vector<std::string> listen) {
    auto wanted = setting();
    wanted.listen = std::move(listen);
    return start(std::move(wanted));
}

bool rpc_engine::start(service_setting wanted) {
    const auto before = setting();
    if (!parts_->is_readable() || !start_for_this_run(wanted)) {
        return false;
    }
    try {
        const auto& kept = main().settings();
        kept.save(setting_name, changed_members(before, wanted, kept.load(setting_name)));
    } catch (const std::exception& failure) {
        parts_->log(std::string("its settings are not kept: ") + failure.what(), log_data::error);
    }
    return true;
}

std::string rpc_engine::problem() const {
    const std::lock_guard lock(parts_->mutex);
    return parts_->failure.empty() ? parts_->unreadable : parts_->failure;
}

bool rpc_engine::start_for_this_run(service_setting wanted) {
    const std::unique_lock starting(parts_->starting, std::try_to_lock);
    if (!starting || is_active()) {
        parts_->log("the RPC service runs already", log_data::warning);
        return false;
    }
    try {
        check_clients(wanted);
        auto made = parts_->make(wanted);
        made->start();
        std::string bound;
        for (const auto& address : made->addresses()) {
            bound += " " + address;
        }
        {
            const std::lock_guard lock(parts_->mutex);
            parts_->running = std::move(made);
            parts_->used = std::move(wanted);
            parts_->failure.clear();
            parts_->unreadable.clear();
        }
        parts_->log("RPC service started:" + bound);
    } catch (const std::exception& failure) {
        parts_->drop();
        const auto why = reason_of(failure);
        parts_->log("RPC service not started: " + why, log_data::error);
        const std::lock_guard lock(parts_->mutex);
        parts_->failure = why;
        return false;
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

std::filesystem::path rpc_engine::folder() const {
    return main().settings().path();
}

service_setting rpc_engine::setting() const {
    const std::lock_guard lock(parts_->mutex);
    return parts_->used;
}

void rpc_engine::add_function(const std::string& name,
                              std::function<nlohmann::json(const nlohmann::json&)> function) {
    parts_->lasting.functions.add(name, std::move(function));
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
