// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../inbox.hpp"
#include "../recording.hpp"
#include "../remote.hpp"
#include "commands.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>

namespace cli {

namespace {

using clock = std::chrono::steady_clock;

struct replay_options {
    std::string file;
    double speed = 1;
    std::vector<std::string> ignored;
};

/// When entries are due; with speed zero always.
class pace {
public:
    explicit pace(double speed) : speed_(speed) {}

    /// Waits until it is time. @return Whether it came to that.
    bool wait(double at, inbox<bool>& interrupted) {
        if (speed_ == 0) {
            return true;
        }
        first_ = first_.value_or(at);
        const std::chrono::duration<double> after((at - *first_) / speed_);
        return !interrupted.pop(begin_ + std::chrono::duration_cast<clock::duration>(after));
    }

private:
    double speed_;
    std::optional<double> first_;
    clock::time_point begin_ = clock::now();
};

/// A value without the members that may differ.
json without(json value, const std::vector<std::string>& names) {
    if (value.is_object()) {
        for (const std::string& name : names) {
            value.erase(name);
        }
    }
    if (value.is_structured()) {
        for (json& part : value) {
            part = without(std::move(part), names);
        }
    }
    return value;
}

/// Whether two values say the same, in whatever order their members stand.
bool is_same(const json& one, const json& other) {
    return nlohmann::json::parse(one.dump()) == nlohmann::json::parse(other.dump());
}

/// The recorded calls, made again.
class replay_run {
public:
    replay_run(const settings& how, const replay_options& options)
        : options_(options), server_(how) {
        server_.on_interrupt([this] { interrupted_.push(true); });
    }

    exit_code run(const std::vector<json>& entries) {
        pace times(options_.speed);
        for (const json& entry : entries) {
            if (!entry.contains("call") && !entry.contains("notify")) {
                continue;
            }
            if (!times.wait(entry["at"].get<double>(), interrupted_)) {
                break;
            }
            begin(entry);
            while (options_.speed == 0 && begun_ != ended_) {
                end_one();
            }
        }
        while (begun_ != ended_) {
            end_one();
        }
        std::cerr << "gatewire: " << begun_ << " calls, " << different_ << " answers differ, "
                  << unknown_ << " had no recorded answer\n";
        return different_ == 0 ? exit_code::ok : exit_code::different;
    }

private:
    /// How a call ended this time.
    struct ending {
        const json* entry;
        json now;  // with `result` or `error`
    };

    void begin(const json& entry) {
        const rpc::json_text params{compact(entry.value("params", json::array()))};
        if (entry.contains("notify")) {
            server_.client().notify(entry["notify"].get<std::string>(), params);
            return;
        }
        ++begun_;
        rpc::dynamic_options options;
        if (entry.contains("key")) {
            options.key = rpc::key{entry["key"].get<std::string>()};
        }
        server_.client().async_call<rpc::json_text>(
            entry["call"].get<std::string>(), params, options,
            [this, &entry](const std::exception_ptr& problem, const rpc::json_text& result) {
                ended_calls_.push({&entry, ending_of(problem, result)});
            });
    }

    static json ending_of(const std::exception_ptr& problem, const rpc::json_text& result) {
        json now;
        if (!problem) {
            now["result"] = json::parse(result.text);
            return now;
        }
        try {
            std::rethrow_exception(problem);
        } catch (const rpc::error& why) {
            now["error"]["code"] = why.peer_code();
            now["error"]["message"] = why.message();
            if (!why.data().is_null()) {
                now["error"]["data"] = json::parse(why.data().dump());
            }
        }
        return now;
    }

    void end_one() {
        const ending one = ended_calls_.pop();
        ++ended_;
        json recorded;
        for (const char* const part : {"result", "error"}) {
            if (one.entry->contains(part)) {
                recorded[part] = (*one.entry)[part];
            }
        }
        if (recorded.is_null()) {
            ++unknown_;
        } else if (!is_same(without(recorded, options_.ignored),
                            without(one.now, options_.ignored))) {
            ++different_;
            json line;
            line["at"] = (*one.entry)["at"];
            line["call"] = (*one.entry)["call"];
            line["params"] = one.entry->value("params", json::array());
            line["recorded"] = recorded;
            line["now"] = one.now;
            std::cout << compact(line) << '\n' << std::flush;
        }
    }

    const replay_options& options_;
    inbox<bool> interrupted_;
    inbox<ending> ended_calls_;
    std::size_t begun_ = 0;
    std::size_t ended_ = 0;
    std::size_t different_ = 0;
    std::size_t unknown_ = 0;
    remote server_;
};

exit_code print_events(const std::vector<json>& entries, double speed) {
    inbox<bool> never;
    pace times(speed);
    for (const json& entry : entries) {
        times.wait(entry["at"].get<double>(), never);
        std::cout << compact(entry) << '\n' << std::flush;
    }
    return exit_code::ok;
}

exit_code replay(const settings& how, const replay_options& options) {
    const std::vector<json> entries = read_recording(unguarded(options.file));
    const bool has_calls = std::any_of(entries.begin(), entries.end(), [](const json& entry) {
        return entry.contains("call") || entry.contains("notify");
    });
    return has_calls ? replay_run(how, options).run(entries) : print_events(entries, options.speed);
}

}  // namespace

void add_replay(command_line& line) {
    static replay_options options;
    CLI::App* const command =
        add_command(line, "replay", "make the calls of a recording again and compare the answers",
                    options, replay);
    command->add_option("file", options.file, "what record wrote; - is the input")->required();
    command->add_option("--speed", options.speed, "2 is twice as fast; 0 is one after the other")
        ->check(CLI::Range(0.0, 1e9))
        ->capture_default_str();
    command
        ->add_option("--ignore", options.ignored,
                     "members of answers that may differ, for example times")
        ->delimiter(',');
    command->footer(
        "Each difference is a line of JSON, and the exit code is 5 then. The calls really run: "
        "replay against an engine made for it. A recording of nothing but events is printed at "
        "that speed, and no server is asked.");
}

}  // namespace cli
