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

/// The rules for calls: lost, doubled, phantom, answer, order, ghost, window and liveness.
class call_rules {
public:
    call_rules(const history& what, std::vector<violation>& found)
        : history_(what), found_(found), runs_(what.calls.size()) {}

    void check() {
        for (std::size_t at = 0; at < history_.executions.size(); ++at) {
            count(at);
        }
        for (std::size_t call = 1; call < history_.calls.size(); ++call) {
            note_key(call);
        }
        for (std::size_t call = 1; call < history_.calls.size(); ++call) {
            check_ending(call);
            check_link(call);
            if (history_.calls[call].key == 0) {
                check_fate(call);
            } else {
                check_answer_of_key(call);
            }
        }
        for (const auto& [key, known] : keys_) {
            check_key(key, known);
        }
    }

private:
    struct runs {
        std::size_t count = 0;
        std::size_t first = 0;  // among the executions
        std::size_t last = 0;
    };
    struct key_runs {
        std::vector<std::size_t> runs;  // among the executions
        bool may_run = false;           // somebody asked whose call may have run
    };

    void report(const char* rule, std::size_t call, const std::string& text) {
        found_.push_back({rule, "call " + std::to_string(call) + " " + text});
    }

    void count(std::size_t at) {
        const execution& one = history_.executions[at];
        if (one.key != 0) {
            keys_[one.key].runs.push_back(at);
            return;
        }
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
        if (call.overran) {
            report("window", number, "was sent though the server took no more");
        }
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
        switch (call.said) {
            case verdict::answered: check_answer(number, call, known); break;
            case verdict::engine_failed:
                if (known.count == 0) {
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
            report("lost", number, "was answered and never ran");
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

    /// While the server lives, a client resumes its session and hears what became of its calls.
    void check_link(std::size_t number) {
        const call_record& call = history_.calls[number];
        if (!call.lost_link) {
            return;
        }
        // Any server that it may have been sent to may have ended, even before its welcome came.
        bool has_ended = false;
        for (const sight& one : history_.clients[call.client].seen) {
            if (one.what != sight::kind::connected || one.at > call.ended) {
                continue;
            }
            const bool is_over =
                one.life < history_.ends.size() && history_.ends[one.life] <= call.ended;
            has_ended = one.at <= call.invoked ? is_over : has_ended || is_over;
        }
        if (!has_ended) {
            report("resumed", number, "was given up with its connection though the server lived");
        }
    }

    void note_key(std::size_t number) {
        const call_record& call = history_.calls[number];
        const bool may_run = call.said != verdict::not_sent && call.said != verdict::refused;
        if (call.key != 0 && may_run) {
            keys_[call.key].may_run = true;
        }
    }

    void check_answer_of_key(std::size_t number) {
        const call_record& call = history_.calls[number];
        if (call.said != verdict::answered) {
            return;
        }
        const std::vector<std::size_t>& made = keys_[call.key].runs;
        const bool fits = std::any_of(made.begin(), made.end(), [&](std::size_t at) {
            return history_.executions[at].answer == call.answer;
        });
        if (!fits) {
            report("answer", number, "was answered with what no run of its key gave");
        }
    }

    void check_key(std::uint64_t key, const key_runs& known) {
        const std::string name = "key " + std::to_string(key);
        if (!known.runs.empty() && !known.may_run) {
            found_.push_back({"phantom", name + " ran though nobody was told that it may have"});
        }
        const bool is_bound = key < history_.bound.size() && history_.bound[key];
        for (std::size_t at = 1; at < known.runs.size(); ++at) {
            const execution& one = history_.executions[known.runs[at - 1]];
            if (is_bound || one.life == history_.executions[known.runs[at]].life) {
                found_.push_back({"doubled", name + " ran more than once"});
            }
        }
    }

    const history& history_;
    std::vector<violation>& found_;
    std::vector<runs> runs_;
    std::map<std::uint64_t, key_runs> keys_;
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
