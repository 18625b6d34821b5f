// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_BASE_ENGINE_HPP
#define TRADER_BASE_ENGINE_HPP

#include <string>
#include <utility>

namespace trader {

class main_engine;
class event_engine;

/// A part of the platform that lives as long as the main engine: the engine of an application.
class base_engine {
public:
    base_engine(main_engine& main, event_engine& events, std::string name)
        : main_(main), events_(events), engine_name_(std::move(name)) {}
    virtual ~base_engine() = default;

    base_engine(const base_engine&) = delete;
    base_engine& operator=(const base_engine&) = delete;

    const std::string& engine_name() const { return engine_name_; }

    /// Called once, before the gateways are closed.
    virtual void close() {}

protected:
    main_engine& main() const { return main_; }
    event_engine& events() const { return events_; }

private:
    main_engine& main_;
    event_engine& events_;
    const std::string engine_name_;
};

}  // namespace trader

#endif  // TRADER_BASE_ENGINE_HPP
