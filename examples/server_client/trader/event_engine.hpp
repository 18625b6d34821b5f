// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_EVENT_ENGINE_HPP
#define TRADER_EVENT_ENGINE_HPP

#include "event.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace trader {

/// Carries events from those who know to those who want to know, on one thread of its own, in the
/// order in which they were put. Once per interval it puts an `EVENT_TIMER`.
///
/// A handler that throws is logged, and the thread lives on. Handlers shall not block.
///
/// @par Thread safety
/// All functions may be called from any thread, handlers included; `stop` not from a handler.
class event_engine {
public:
    using handler = std::function<void(const event&)>;
    using handler_id = std::uint64_t;

    explicit event_engine(std::chrono::milliseconds interval = std::chrono::seconds(1))
        : interval_(interval), timer_(loop_) {}
    ~event_engine() { stop(); }

    event_engine(const event_engine&) = delete;
    event_engine& operator=(const event_engine&) = delete;

    /// Begins to deliver; what was put before comes first. Does nothing if it runs.
    void start();

    /// Delivers what is queued, and ends the thread.
    void stop();

    /// Queues an event. Never waits.
    void put(event happened);

    /// Queues an event that tells of `data`.
    template <class Data>
    void put_data(Data data) {
        put(make_event(std::move(data)));
    }

    /// Queues work for the thread, in line with the events.
    void post(std::function<void()> work);

    /// Calls `work` on the thread and waits for it; at once on the thread itself or if it is not
    /// running.
    void run_and_wait(const std::function<void()>& work);

    /// Wants the events of a type; a type with an id (`eOrder.SIM.42`) means that object only.
    handler_id register_handler(std::string type, handler wanted);

    /// Wants the data of one kind: `on<tick_data>([](const tick_data& tick) {...})`.
    template <class Data>
    handler_id on(std::function<void(const Data&)> wanted) {
        return register_handler(std::string(event_type_of<Data>),
                                [wanted = std::move(wanted)](const event& happened) {
                                    wanted(std::get<Data>(happened.data));
                                });
    }

    /// Wants every event, each once, after those who asked for its type.
    handler_id register_general(handler wanted);

    /// Ends a registration. When it returns the handler neither runs nor will run again, unless
    /// it was called from that handler.
    void unregister(handler_id id);

private:
    struct registration {
        registration(handler_id own_id, handler own_handler)
            : id(own_id), wanted(std::move(own_handler)) {}
        const handler_id id;
        const handler wanted;
        std::atomic<bool> is_ended = false;
    };

    void wait();
    void dispatch(const event& happened);
    void deliver(const std::string& type, const event& happened);
    void call(const registration& entry, const event& happened);
    handler_id add(std::string type, handler wanted);

    const std::chrono::milliseconds interval_;
    asio::io_context loop_;
    asio::steady_timer timer_;
    std::thread thread_;
    std::mutex mutex_;  // Guards what follows; no handler is called under it.
    std::multimap<std::string, std::shared_ptr<registration>> handlers_;
    handler_id last_id_ = 0;
};

}  // namespace trader

#endif  // TRADER_EVENT_ENGINE_HPP
