// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Judges a run of the failover test: ENGINES JOURNAL.. CLIENTS JOURNAL.., where ENGINES and CLIENTS
// are counts. Calls are held against the rules of the simulator; events against one more: what an
// engine was told to be stored, and what any client saw, every client sees once, in order.

#include "../../simulator/check.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

using number_key = std::pair<std::uint32_t, std::uint64_t>;

class judge {
public:
    void read_engine(std::uint32_t engine, const char* path) {
        std::ifstream in(path);
        for (std::string line; std::getline(in, line);) {
            std::istringstream words(line);
            std::string kind;
            words >> kind;
            if (kind == "run") {
                run one{};
                words >> one.client >> one.order >> one.at >> one.answer;
                one.engine = engine;
                runs_.push_back(one);
            } else if (kind == "confirmed") {
                words >> confirmed_[engine];
            }
        }
    }

    void read_client(std::uint32_t client, const char* path) {
        std::ifstream in(path);
        for (std::string line; std::getline(in, line);) {
            std::istringstream words(line);
            std::string kind;
            words >> kind;
            if (kind == "call") {
                std::uint64_t order = 0;
                simulator::call_record call;
                words >> order >> call.invoked >> call.deadline;
                call.client = client;
                places_[{client, order}] = history_.calls.size();
                history_.calls.push_back(call);
            } else if (kind == "end") {
                read_end(client, words);
            } else if (kind == "connected") {
                words >> connected_[client].emplace_back();
            } else if (kind == "fill") {
                number_key event;
                words >> event.first >> event.second;
                seen_[client].push_back(event);
            } else {
                found_.push_back({"gap", "client " + std::to_string(client) + " missed events"});
            }
        }
        seen_[client];
    }

    /// @return Whether every promise was kept.
    bool verdict() {
        for (const run& one : runs_) {
            const std::uint64_t call = places_[{one.client, one.order}];
            history_.executions.push_back(
                {call, one.engine, connection_of(one.client, call), one.at, one.answer});
        }
        history_.clients.resize(seen_.size() + 1);
        history_.slack = 2'000'000'000;        // a loaded machine
        history_.transit_max = 1'000'000'000;  // a broker's time to carry a call
        simulator::call_rules(history_, found_).check();
        check_events();
        for (const simulator::violation& one : found_) {
            std::printf("BROKEN %s: %s\n", one.rule.c_str(), one.text.c_str());
        }
        print();
        return found_.empty() && !runs_.empty();
    }

private:
    struct run {
        std::uint32_t client;
        std::uint64_t order;
        std::int64_t at;
        std::uint64_t answer;
        std::uint32_t engine;
    };

    /// The calls that must begin in their order. One that was made shortly before the client had
    /// another broker went there or to the one that was dead by then, and keeps no order with any.
    std::uint64_t connection_of(std::uint32_t client, std::uint64_t call) {
        constexpr std::int64_t move_max = 5'000'000'000;
        const std::int64_t made = history_.calls[call].invoked;
        const auto& moves = connected_[client];
        const bool may_have_moved =
            std::any_of(moves.begin(), moves.end(),
                        [made](std::int64_t at) { return at > made && at - made < move_max; });
        return may_have_moved ? seen_.size() + call : client;
    }

    void read_end(std::uint32_t client, std::istringstream& words) {
        constexpr simulator::verdict meanings[] = {
            simulator::verdict::answered, simulator::verdict::engine_failed,
            simulator::verdict::not_sent, simulator::verdict::may_have_run};
        std::uint64_t order = 0;
        std::size_t said = 0;
        words >> order;
        simulator::call_record& call = history_.calls[places_[{client, order}]];
        words >> call.ended >> said >> call.answer;
        call.said = meanings[said];
        ++call.endings;
    }

    void check_events() {
        std::map<std::uint32_t, std::uint64_t> wanted = confirmed_;
        for (const auto& [client, events] : seen_) {
            for (const number_key& event : events) {
                wanted[event.first] = (std::max)(wanted[event.first], event.second);
            }
        }
        for (const auto& [client, events] : seen_) {
            std::map<std::uint32_t, std::uint64_t> newest;
            std::map<number_key, int> times;
            for (const number_key& event : events) {
                ++times[event];
                reordered_ += event.second < newest[event.first] ? 1 : 0;
                newest[event.first] = (std::max)(newest[event.first], event.second);
            }
            for (const auto& [engine, last] : wanted) {
                for (std::uint64_t number = 1; number <= last; ++number) {
                    const int count = times[{engine, number}];
                    if (count != 1) {
                        found_.push_back({count == 0 ? "event lost" : "event doubled",
                                          std::to_string(number) + " of engine " +
                                              std::to_string(engine) + " at client " +
                                              std::to_string(client)});
                    }
                }
            }
        }
    }

    void print() const {
        std::map<simulator::verdict, int> counts;
        for (std::size_t at = 1; at < history_.calls.size(); ++at) {
            ++counts[history_.calls[at].said];
        }
        std::size_t events = 0;
        for (const auto& [client, list] : seen_) {
            events += list.size();
        }
        std::printf(
            "calls %zu: answered %d, not sent %d, may have run %d, failed %d; runs %zu; "
            "events seen %zu, out of order %d\n",
            history_.calls.size() - 1, counts[simulator::verdict::answered],
            counts[simulator::verdict::not_sent], counts[simulator::verdict::may_have_run],
            counts[simulator::verdict::engine_failed], runs_.size(), events, reordered_);
    }

    simulator::history history_;
    std::vector<simulator::violation> found_;
    std::vector<run> runs_;
    std::map<number_key, std::size_t> places_;  // of calls, by client and order
    std::map<std::uint32_t, std::vector<std::int64_t>> connected_;
    std::map<std::uint32_t, std::uint64_t> confirmed_;
    std::map<std::uint32_t, std::vector<number_key>> seen_;  // by client
    int reordered_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
    judge all;
    int at = 1;
    for (int side = 0; side < 2 && at < count; ++side) {
        const int files = std::stoi(arguments[at++]);
        for (int file = 0; file < files && at < count; ++file, ++at) {
            const auto number = static_cast<std::uint32_t>(file);
            side == 0 ? all.read_engine(number, arguments[at])
                      : all.read_client(number, arguments[at]);
        }
    }
    return all.verdict() ? 0 : 1;
}
