// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what a session keeps for a client that comes back is complete, whatever happened before.
// Method: each byte of the input is a step; two simple models know what must be there: the answers
// that did not arrive, and the events after the last that did.

#include "target.hpp"

#include <gatewire/protocol/event_store.hpp>
#include <gatewire/protocol/server_resume_state.hpp>

#include <map>
#include <vector>

namespace {

namespace protocol = rpc::protocol;

/// Answers: sent on a connection, acknowledged, and asked for again on the next one.
class answers_model {
public:
    void send() {
        ++last_id_;
        kept_.keep(test::framed(text_of(last_id_)));
        on_wire_[kept_.sent()] = last_id_;
    }

    void acknowledge(std::uint64_t part) {
        acknowledged_ = (std::max)(acknowledged_, kept_.sent() * part / 16);
        kept_.acknowledge(acknowledged_);
    }

    /// The client has so many; all others it asks for again, and only those.
    void reconnect(std::uint64_t part) {
        const std::uint64_t received = (std::max)(acknowledged_, kept_.sent() * part / 16);
        kept_.begin_connection(received, 0);
        for (const auto& [number, id] : on_wire_) {
            const auto again = kept_.take_earlier(std::to_string(id));
            fuzz::demand(number <= received || again == text_of(id), "a lost answer is kept");
        }
        kept_.forget_earlier();
        fuzz::demand(kept_.size() == 0, "nothing else is kept");
        on_wire_.clear();
        acknowledged_ = 0;
    }

private:
    static std::string text_of(std::uint64_t id) {
        const std::string number = std::to_string(id);
        return R"({"jsonrpc":"2.0","id":)" + number + R"(,"result":)" + number + "}";
    }

    protocol::kept_responses kept_;
    std::map<std::uint64_t, std::uint64_t> on_wire_;  // place among the answers -> id
    std::uint64_t last_id_ = 0;
    std::uint64_t acknowledged_ = 0;
};

/// Events: published in order or as the latest of a key, seen up to a number, and replayed.
class events_model {
public:
    void publish(bool is_latest, unsigned key) {
        const std::string name = std::to_string(key);
        const std::string frame =
            test::framed(std::string(10 + key, 'e') + std::to_string(++newest_));
        protocol::published_event event;
        event.number = newest_;
        event.event = is_latest ? 1 : 0;
        event.is_latest = is_latest;
        event.key = name;
        event.frame = frame;
        store_.add(event, true);
        if (is_latest) {
            latest_[key] = newest_;
            if (key % 2 == 1) {
                held_back_.push_back(newest_);
            }
        } else {
            ordered_.push_back(newest_);
        }
    }

    /// What a client that saw all up to a number, or all but the latest of odd keys, gets: numbers
    /// that grow, each event that must come.
    void replay(std::uint64_t part) const {
        protocol::events_seen seen;
        seen.last = newest_ * part / 16;
        const protocol::lacking_events lacking(
            part % 2 == 0 ? std::vector<std::uint64_t>()
                          : std::vector<std::uint64_t>(
                                held_back_.begin(),
                                std::upper_bound(held_back_.begin(), held_back_.end(), seen.last)));
        const auto is_new = [&](std::uint64_t number) {
            return number > seen.last || lacking.has(number);
        };
        std::vector<std::uint64_t> got;
        store_.replay(
            seen, lacking, [](const protocol::published_event&) { return true; },
            [&](const protocol::published_event& event) { got.push_back(event.number); });
        std::uint64_t last = 0;
        for (const std::uint64_t number : got) {
            fuzz::demand(number > last && is_new(number), "numbers grow and are new");
            last = number;
        }
        const auto gap = store_.gap_after(seen, lacking);
        fuzz::demand(!gap || (is_new(gap->from) && gap->from <= gap->to && gap->to <= newest_),
                     "a gap is new");
        const auto has = [&](std::uint64_t number) {
            return !is_new(number) || (gap && gap->from <= number && number <= gap->to) ||
                   std::find(got.begin(), got.end(), number) != got.end();
        };
        for (const std::uint64_t number : ordered_) {
            fuzz::demand(has(number), "an event comes or is told as missed");
        }
        for (const auto& [key, number] : latest_) {
            fuzz::demand(has(number), "the newest of a key comes or is told as missed");
        }
    }

private:
    protocol::event_store store_{2000, 3};
    std::uint64_t newest_ = 0;
    std::vector<std::uint64_t> ordered_;
    std::vector<std::uint64_t> held_back_;  // latest events of odd keys
    std::map<unsigned, std::uint64_t> latest_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    answers_model answers;
    events_model events;
    for (std::size_t at = 0; at < size && at < 2000; ++at) {
        const unsigned detail = data[at] >> 4;
        switch (data[at] & 7U) {
            case 0:
            case 1: answers.send(); break;
            case 2: answers.acknowledge(detail); break;
            case 3: answers.reconnect(detail); break;
            case 4:
            case 5: events.publish(false, detail); break;
            case 6: events.publish(true, detail); break;
            default: events.replay(detail);
        }
    }
    answers.reconnect(0);
    events.replay(0);
    return 0;
}
