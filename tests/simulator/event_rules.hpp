// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_SIMULATOR_EVENT_RULES_HPP
#define TESTS_SIMULATOR_EVENT_RULES_HPP

#include "history.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace simulator {

/// The rules for what one client saw: lost, doubled, phantom, divergence, order and pairs.
///
/// An event with a key may be left out if a newer one of its key is seen, and is told again in each
/// session and to whoever asks for its key, if it is the newest; any other must be seen once, or
/// lie in a gap that was told before something newer was seen.
class event_rules {
public:
    event_rules(const history& what, std::size_t client, std::vector<violation>& found)
        : history_(what), client_(client), found_(found) {}

    void check() {
        for (const sight& one : history_.clients[client_].seen) {
            look_at(one);
        }
        if (history_.clients[client_].stayed) {
            check_end();
        }
    }

private:
    struct latest {
        std::uint32_t life = 0;
        std::uint64_t number = 0;
        int session = 0;
        int repeats = 0;  // in that session
    };
    using ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

    void report(const char* rule, const std::string& text) {
        found_.push_back({rule, "client " + std::to_string(client_) + " " + text});
    }

    static std::string name(std::uint32_t life, std::uint64_t number) {
        return "event " + std::to_string(number) + " of life " + std::to_string(life);
    }

    void look_at(const sight& one) {
        switch (one.what) {
            case sight::kind::connected:
                if (std::exchange(is_connected_, true)) {
                    report("pairs", "was connected twice");
                }
                if (!std::exchange(was_connected_, true)) {
                    since_ = one.at;
                }
                session_ += one.is_resumed ? 0 : 1;
                break;
            case sight::kind::disconnected:
                interrupted_ = one.at;
                if (!std::exchange(is_connected_, false)) {
                    report("pairs", "was disconnected without having been connected");
                }
                break;
            case sight::kind::gap:
                gaps_.push_back({one.number, one.last});
                all_gaps_.push_back(gaps_.back());
                break;
            case sight::kind::answer: answered_.insert(one.number); break;
            case sight::kind::event: look_at_event(one); break;
            case sight::kind::snapshot: look_at_snapshot(one); break;
            case sight::kind::asked: ++asked_[one.number]; break;
        }
    }

    void look_at_event(const sight& one) {
        const publication* const origin = history_.find(one.life, one.number);
        if (origin == nullptr) {
            report("phantom", "saw " + name(one.life, one.number) + ", which nobody published");
            return;
        }
        if (origin->content != one.content) {
            report("divergence", "saw other content in " + name(one.life, one.number));
        }
        if (origin->target != 0 && origin->target != client_ + 1) {
            report("phantom", "saw " + name(one.life, one.number) + ", which is for another");
        }
        check_cause(one, *origin);
        if (origin->key != 0) {
            look_at_latest(one, *origin);
            return;
        }
        const bool is_next_life = one.life > life_ || !has_seen_;
        if (one.life < life_ || (!is_next_life && one.number <= number_)) {
            const bool is_same = one.life == life_ && one.number == number_;
            report(is_same ? "doubled" : "order",
                   "saw " + name(one.life, one.number) + " after " + name(life_, number_));
            return;
        }
        if (one.life == snapshot_life_ && one.number <= snapshot_number_) {
            report("order", "saw " + name(one.life, one.number) + " after a snapshot of position " +
                                std::to_string(snapshot_number_));
        }
        check_missing(one.life, one.number);
        life_ = one.life;
        number_ = one.number;
        has_seen_ = true;
        gaps_.clear();
    }

    /// On one connection the answer to a call comes before the events that it caused.
    void check_cause(const sight& one, const publication& origin) {
        if (origin.cause == 0 || origin.cause >= history_.calls.size()) {
            return;
        }
        const call_record& call = history_.calls[origin.cause];
        const bool is_judged =
            call.client == client_ && !call.is_blocking && call.invoked > interrupted_;
        if (is_judged && !answered_.contains(origin.cause)) {
            report("order", "saw " + name(one.life, one.number) + " before the answer to call " +
                                std::to_string(origin.cause) + ", which caused it");
        }
    }

    void look_at_latest(const sight& one, const publication& origin) {
        latest& known = latest_[origin.key];
        const bool is_same = one.life == known.life && one.number == known.number;
        const bool is_again = is_same && session_ == known.session;
        if (is_again && known.repeats >= asked_[origin.key] + asked_[0]) {
            report("doubled", "saw " + name(one.life, one.number) + " twice in one session");
        } else if (std::pair(one.life, one.number) < std::pair(known.life, known.number)) {
            report("order", "saw " + name(one.life, one.number) + " after " +
                                name(known.life, known.number) + " of the same key");
        }
        known = {one.life, one.number, session_, is_again ? known.repeats + 1 : 0};
    }

    /// A snapshot holds everything up to its position, so nothing older may follow it.
    void look_at_snapshot(const sight& one) {
        if (has_seen_ && one.life == life_ && one.number < number_) {
            report("order", "got a snapshot of position " + std::to_string(one.number) + " after " +
                                name(life_, number_));
        }
        snapshot_life_ = one.life;
        snapshot_number_ = one.number;
    }

    /// Everything that counts between what was seen last and this must have been told as missed.
    void check_missing(std::uint32_t life, std::uint64_t before) {
        for (std::uint32_t of = life_; of <= life && of < history_.lives.size(); ++of) {
            const std::uint64_t first = of == life_ ? number_ + 1 : 1;
            const std::uint64_t end = of == life ? before : history_.lives[of].size() + 1;
            for (std::uint64_t number = first; number < end; ++number) {
                const publication& one = history_.lives[of][number - 1];
                if (one.key == 0 && one.at > since_ && !is_told(of < life, number)) {
                    report("lost", "missed " + name(of, number) + " and was not told");
                    return;
                }
            }
        }
    }

    /// Of an earlier life any gap tells enough: it says that the server is another.
    bool is_told(bool is_of_earlier_life, std::uint64_t number) const {
        if (is_of_earlier_life) {
            return !gaps_.empty();
        }
        return is_in(gaps_, number);
    }

    static bool is_in(const ranges& told, std::uint64_t number) {
        return std::any_of(told.begin(), told.end(), [number](const auto& range) {
            return range.first <= number && number <= range.second;
        });
    }

    void check_end() {
        if (!is_connected_) {
            report("liveness", "was not connected in the end");
            return;
        }
        if (history_.lives.empty()) {
            return;
        }
        const auto newest = static_cast<std::uint32_t>(history_.lives.size() - 1);
        check_missing(newest, history_.lives[newest].size() + 1);
        check_latest(newest);
    }

    /// Whoever stayed knows the newest event of every key that it wants, and of those for it alone
    /// what came in its session, for that is in no snapshot.
    void check_latest(std::uint32_t life) {
        std::map<std::uint64_t, std::uint64_t> newest;
        const std::set<std::uint64_t>& wanted = history_.clients[client_].wanted;
        const std::vector<publication>& all = history_.lives[life];
        const std::uint64_t session = session_in(life);
        for (std::size_t at = 0; at < all.size(); ++at) {
            const bool is_mine = all[at].target == 0 ||
                                 (all[at].target == client_ + 1 && all[at].session == session);
            const bool is_wanted = wanted.empty() || wanted.contains(all[at].key);
            if (all[at].key != 0 && is_mine && is_wanted) {
                newest[all[at].key] = at + 1;
            }
        }
        for (const auto& [key, number] : newest) {
            const auto seen = latest_.find(key);
            const bool is_known =
                seen != latest_.end() && seen->second.life == life && seen->second.number == number;
            if (!is_known && !is_in(all_gaps_, number)) {
                report("lost", "does not know " + name(life, number) + ", the newest of its key");
            }
        }
    }

    /// The last one in which this client called something there.
    std::uint64_t session_in(std::uint32_t life) const {
        std::uint64_t session = 0;
        for (const execution& one : history_.executions) {
            const bool is_mine = one.call != 0 && one.call < history_.calls.size() &&
                                 history_.calls[one.call].client == client_;
            session = is_mine && one.life == life ? one.session : session;
        }
        return session;
    }

    const history& history_;
    const std::size_t client_;
    std::vector<violation>& found_;
    bool is_connected_ = false;
    bool was_connected_ = false;
    moment since_ = 0;        // of its first connection
    moment interrupted_ = 0;  // end of its last one
    int session_ = 0;
    std::map<std::uint64_t, int> asked_;  // how often for a key, by key
    bool has_seen_ = false;
    std::uint32_t life_ = 0;                  // of the last event that counts
    std::uint64_t number_ = 0;                // of that event
    std::map<std::uint64_t, latest> latest_;  // by key
    ranges gaps_;                             // told since that event
    ranges all_gaps_;
    std::unordered_set<std::uint64_t> answered_;  // calls of this client that have ended
    std::uint32_t snapshot_life_ = 0;
    std::uint64_t snapshot_number_ = 0;
};

}  // namespace simulator

#endif  // TESTS_SIMULATOR_EVENT_RULES_HPP
