// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_SIMULATOR_HISTORY_HPP
#define TESTS_SIMULATOR_HISTORY_HPP

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

/// What happened in one run, as everybody who took part noted it; `check` judges it.
namespace simulator {

using moment = std::int64_t;  ///< Nanoseconds of the world's clock.

/// What a call asks for, as far as the rules differ.
enum class method {
    place,  ///< Runs at once; at most one time.
    work,   ///< Takes its time, and can be given up; at most one time.
    fail,   ///< Runs and throws; at most one time.
    book,   ///< Runs at once; one time for its key, whoever asks how often.
    query,  ///< Answers with the position of the newest event; may run again.
};

/// What a client was told of a call in the end.
enum class verdict {
    pending,
    answered,       ///< With a value.
    engine_failed,  ///< It ran and threw.
    refused,        ///< The server says that it did not start.
    not_sent,       ///< It never left.
    may_have_run,
};

struct call_record {
    std::uint32_t client = 0;
    method what = method::place;
    std::uint64_t key = 0;  ///< Of `book`: calls with one key are one.
    moment invoked = 0;
    moment deadline = 0;
    moment ended = 0;
    int endings = 0;
    verdict said = verdict::pending;
    std::uint64_t answer = 0;
    bool lost_link = false;    ///< It ended because its connection did.
    bool is_blocking = false;  ///< A thread waited for it, and noted its end a little later.
    bool overran = false;      ///< The server refused it because too many were in flight.
};

struct execution {
    std::uint64_t call;     ///< Zero for those with a key.
    std::uint32_t life;     ///< Of the server: 0, 1 and so on.
    std::uint64_t session;  ///< The connection, in that life.
    moment begun;
    std::uint64_t answer;
    std::uint64_t key = 0;
};

/// An event as the engine published it. Number n of a life is the n-th publication.
struct publication {
    moment at;
    std::uint64_t content;
    std::uint64_t cause;        ///< The call that published it, or zero.
    std::uint64_t key;          ///< Zero for events of which every one counts.
    std::uint64_t target = 0;   ///< One more than the client that alone shall have it, or zero.
    std::uint64_t session = 0;  ///< With a target: its session, which may be over by then.
};

/// What a client saw, in its order.
struct sight {
    enum class kind { connected, disconnected, gap, event, answer, snapshot, asked };

    kind what;
    moment at;
    std::uint32_t life = 0;
    std::uint64_t number = 0;  ///< Of the event; the first of a gap; the call; a snapshot's; the
                               ///< key that was asked for, zero for all of them.
    std::uint64_t last = 0;    ///< Of a gap; the call of a snapshot.
    std::uint64_t content = 0;
    bool is_resumed = false;  ///< The session goes on.
};

struct client_record {
    std::vector<sight> seen;
    std::set<std::uint64_t> wanted;  ///< Keys that it is subscribed to in the end; none means all.
    bool stayed = false;             ///< It was there and connected when everything had settled.
};

/// A broken promise.
struct violation {
    std::string rule;
    std::string text;
};

struct history {
    std::vector<call_record> calls{1};  ///< By number; none has the number zero.
    std::vector<execution> executions;  ///< In the order in which they began.
    std::vector<std::vector<publication>> lives;
    std::vector<moment> ends;       ///< By life: when the server began to end; those that did.
    std::vector<bool> bound{true};  ///< By key: only the server that saw it first may run it.
    std::vector<client_record> clients;
    moment settled = 0;        ///< When the last fault was over and all had had their time.
    moment slack = 5'000'000;  ///< How late a completion may be.
    moment transit_max = 0;    ///< The longest that bytes were on their way.

    const publication* find(std::uint32_t life, std::uint64_t number) const {
        const bool is_there = life < lives.size() && number != 0 && number <= lives[life].size();
        return is_there ? &lives[life][number - 1] : nullptr;
    }
};

}  // namespace simulator

#endif  // TESTS_SIMULATOR_HISTORY_HPP
