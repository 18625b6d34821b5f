// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_SIMULATOR_CHECK_HPP
#define TESTS_SIMULATOR_CHECK_HPP

#include "event_rules.hpp"
#include "history.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// Holds a history against the promises. Everything is judged in one pass over what happened.
namespace simulator {

/// The rules for calls: lost, doubled, phantom, answer, order, ghost and liveness.
class call_rules {
public:
    call_rules(const history& what, std::vector<violation>& found)
        : history_(what), found_(found), runs_(what.calls.size()) {}

    void check() {
        for (std::size_t at = 0; at < history_.executions.size(); ++at) {
            count(at);
        }
        for (std::size_t call = 1; call < history_.calls.size(); ++call) {
            check_ending(call);
            check_fate(call);
        }
    }

private:
    struct runs {
        std::size_t count = 0;
        std::size_t first = 0;  // among the executions
        std::size_t last = 0;
    };

    void report(const char* rule, std::size_t call, const std::string& text) {
        found_.push_back({rule, "call " + std::to_string(call) + " " + text});
    }

    void count(std::size_t at) {
        const execution& one = history_.executions[at];
        if (one.call == 0 || one.call >= history_.calls.size()) {
            report("phantom", one.call, "ran and was never made");
            return;
        }
        const call_record& call = history_.calls[one.call];
        runs& known = runs_[one.call];
        known.first = known.count == 0 ? at : known.first;
        known.last = at;
        ++known.count;
        if (one.begun < call.invoked) {
            report("phantom", one.call, "ran before it was made");
        }
        if (one.begun > call.deadline + history_.transit_max) {
            report("ghost", one.call, "began after its deadline");
        }
        if (call.key != 0 && ++keys_[{call.key, one.life}] > 1) {
            report("doubled", one.call, "ran though another call with its key had");
        }
        if (call.what != method::query) {
            check_turn(one);
        }
    }

    void check_turn(const execution& one) {
        std::uint64_t& newest = newest_[{one.life, one.session}];
        if (one.call < newest) {
            report("order", one.call,
                   "began after call " + std::to_string(newest) +
                       ", which was made later on the same connection");
        }
        newest = (std::max)(newest, one.call);
    }

    void check_ending(std::size_t number) {
        const call_record& call = history_.calls[number];
        if (call.endings == 0) {
            report("liveness", number, "never ended");
        } else if (call.endings > 1) {
            report("liveness", number, "ended more than once");
        } else if (call.ended > call.deadline + history_.slack) {
            report("liveness", number, "ended too late");
        }
    }

    void check_fate(std::size_t number) {
        const call_record& call = history_.calls[number];
        const runs& known = runs_[number];
        if (known.count > 1 && call.what != method::query) {
            report("doubled", number, "ran " + std::to_string(known.count) + " times");
        }
        const bool is_shared = call.key != 0;  // another call with the key may have run for it
        switch (call.said) {
            case verdict::answered: check_answer(number, call, known); break;
            case verdict::engine_failed:
                if (known.count == 0 && !is_shared) {
                    report("lost", number, "failed in the engine without having run");
                }
                break;
            case verdict::refused:
            case verdict::not_sent:
                if (known.count != 0) {
                    report("phantom", number, "ran though the client was told that it did not");
                }
                break;
            case verdict::may_have_run:
            case verdict::pending: break;
        }
    }

    void check_answer(std::size_t number, const call_record& call, const runs& known) {
        if (known.count == 0) {
            if (call.key == 0) {
                report("lost", number, "was answered and never ran");
            }
            return;
        }
        bool fits = false;
        for (std::size_t at = known.first; at <= known.last; ++at) {
            const execution& one = history_.executions[at];
            fits = fits || (one.call == number && one.answer == call.answer);
        }
        if (!fits) {
            report("answer", number, "was answered with what no run of it gave");
        }
    }

    const history& history_;
    std::vector<violation>& found_;
    std::vector<runs> runs_;
    std::map<std::pair<std::uint64_t, std::uint32_t>, int> keys_;
    std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint64_t> newest_;
};

/// What of the promises this history breaks.
inline std::vector<violation> check(const history& what) {
    std::vector<violation> found;
    call_rules(what, found).check();
    for (std::size_t client = 0; client < what.clients.size(); ++client) {
        event_rules(what, client, found).check();
    }
    return found;
}

}  // namespace simulator

#endif  // TESTS_SIMULATOR_CHECK_HPP
