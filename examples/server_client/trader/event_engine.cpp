// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "event_engine.hpp"

#include "clock.hpp"

#include <asio/post.hpp>

#include <exception>
#include <future>
#include <iostream>
#include <utility>

namespace trader {

namespace {

// No event has this type, so nobody can ask for it by accident.
const std::string general_type = "*";

}  // namespace

void event_engine::start() {
    if (thread_.joinable()) {
        return;
    }
    loop_.restart();
    timer_.expires_after(interval_);
    wait();
    thread_ = std::thread([this] { loop_.run(); });
}

void event_engine::stop() {
    if (!thread_.joinable()) {
        return;
    }
    // The loop ends by itself once the timer no longer waits and the queue is empty.
    asio::post(loop_, [this] {
        timer_.expires_at(asio::steady_timer::time_point::min());
        timer_.cancel();
    });
    thread_.join();
}

void event_engine::put(event happened) {
    asio::post(loop_, [this, happened = std::move(happened)] { dispatch(happened); });
}

void event_engine::post(std::function<void()> work) {
    asio::post(loop_, std::move(work));
}

void event_engine::run_and_wait(const std::function<void()>& work) {
    if (!thread_.joinable() || std::this_thread::get_id() == thread_.get_id()) {
        work();
        return;
    }
    std::packaged_task<void()> task(work);
    auto done = task.get_future();
    asio::post(loop_, [&task] { task(); });
    done.get();
}

event_engine::handler_id event_engine::register_handler(std::string type, handler wanted) {
    return add(std::move(type), std::move(wanted));
}

event_engine::handler_id event_engine::register_general(handler wanted) {
    return add(general_type, std::move(wanted));
}

event_engine::handler_id event_engine::add(std::string type, handler wanted) {
    const std::lock_guard lock(mutex_);
    const handler_id id = ++last_id_;
    handlers_.emplace(std::move(type), std::make_shared<registration>(id, std::move(wanted)));
    return id;
}

void event_engine::unregister(handler_id id) {
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(handlers_, [id](const auto& each) {
            const bool is_meant = each.second->id == id;
            each.second->is_ended = each.second->is_ended || is_meant;
            return is_meant;
        });
    }
    // Behind whatever runs at this moment.
    run_and_wait([] {});
}

void event_engine::wait() {
    timer_.async_wait([this](const asio::error_code& ended) {
        if (ended || timer_.expiry() == asio::steady_timer::time_point::min()) {
            return;
        }
        dispatch({std::string(EVENT_TIMER), {}});
        timer_.expires_after(interval_);
        wait();
    });
}

void event_engine::dispatch(const event& happened) {
    deliver(happened.type, happened);
    const std::string id = id_of(happened);
    if (!id.empty()) {
        deliver(happened.type + id, happened);
    }
    deliver(general_type, happened);
}

void event_engine::deliver(const std::string& type, const event& happened) {
    std::vector<std::shared_ptr<registration>> wanting;
    {
        const std::lock_guard lock(mutex_);
        const auto [first, last] = handlers_.equal_range(type);
        for (auto each = first; each != last; ++each) {
            wanting.push_back(each->second);
        }
    }
    for (const auto& each : wanting) {
        // An earlier one may have ended it.
        if (!each->is_ended) {
            call(*each, happened);
        }
    }
}

void event_engine::call(const registration& entry, const event& happened) {
    std::string text;
    try {
        entry.wanted(happened);
        return;
    } catch (const std::exception& failure) {
        text = failure.what();
    } catch (...) {
        text = "something that is no std::exception";
    }
    text = "a handler of " + happened.type + " threw: " + text;
    // A handler of the log that fails would otherwise be told of its own failure for ever.
    if (happened.type == EVENT_LOG) {
        std::cerr << text << std::endl;
    } else {
        put_data(log_data{.msg = text, .level = log_data::error, .time = now()});
    }
}

}  // namespace trader
