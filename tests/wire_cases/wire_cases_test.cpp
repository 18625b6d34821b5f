// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: whatever bytes come, a server answers or closes and a client ignores or closes, in bounded
// memory, and nobody else notices. Method: named cases of bytes, the published JSON texts and the
// specification's examples among them; each whole, byte by byte, cut at every offset and, if it is
// short, with every bit flipped, to a server and to a client.

#include "byte_cases.hpp"
#include "case.hpp"
#include "memory.hpp"
#include "message_cases.hpp"
#include "peers.hpp"
#include "published_cases.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace wire_cases;

std::vector<wire_case> all_cases() {
    std::vector<wire_case> all = byte_cases;
    for (const auto& more : {message_cases, published_cases()}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

/// What is longer is cut at some offsets only: around both ends and in eight places between.
constexpr std::size_t short_enough = 4096;
constexpr std::size_t bits_flipped_below = 256;
/// What a connection may hold for each byte that came, and whatever came.
constexpr std::size_t held_per_byte = 32;
constexpr std::size_t held_at_least = std::size_t{64} << 10;

std::vector<std::size_t> offsets(std::size_t size) {
    std::vector<std::size_t> all;
    for (std::size_t at = 1; at < size;
         at += size <= short_enough || at < 16 || size - at <= 16 ? 1 : (size - 32) / 8) {
        all.push_back(at);
    }
    return all;
}

struct tally {
    std::size_t runs = 0;
    double worst_factor = 0;  ///< Bytes held per byte received, of large cases.
    std::string_view worst_name;
};

/// One peer for one run; what it must do in any case is asserted here.
template <class Peer, class... Arguments>
void run(tally& count, std::string_view name, const std::vector<std::string_view>& pieces,
         std::string* outcome, Arguments... arguments) {
    std::string said;
    said.reserve(std::size_t{48} << 10);  // What the peer says is not a part of what it holds.
    const memory_watch watch;
    std::size_t size = 0;
    {
        Peer peer(arguments...);
        for (const std::string_view piece : pieces) {
            peer.receive(piece);
            size += piece.size();
        }
        ++count.runs;
        const std::size_t peak = watch.peak();
        if (peak > held_at_least + held_per_byte * size) {
            FAIL_CHECK(name << ": " << peak << " bytes held for " << size << " received");
        }
        if (size > short_enough && double(peak) / double(size) > count.worst_factor) {
            count.worst_factor = double(peak) / double(size);
            count.worst_name = name;
        }
        if constexpr (requires { peer.said(); }) {
            if (!peer.is_well_spoken() || peer.calls_in_flight() != 0) {
                FAIL_CHECK(name << ": " << peer.said());
            }
            said += peer.said();
        } else {
            said += peer.heard();
        }
    }
    if (watch.held() != 0) {
        FAIL_CHECK(name << ": " << watch.held() << " bytes were kept");
    }
    if (outcome != nullptr) {
        *outcome = said;
    }
}

/// Another connection of the same server program, which must not notice anything.
void check_neighbour() {
    server_peer neighbour;
    neighbour.receive(framed(add) + framed(ping));
    CHECK(neighbour.said() == "3 3");
}

template <class Peer, class... Arguments>
std::string run_all_ways(tally& count, const wire_case& one, Arguments... arguments) {
    const std::string_view bytes = one.bytes;
    std::string whole;
    Peer(arguments...).receive(bytes);  // Whatever is made once for the whole program is made now.
    run<Peer>(count, one.name, {bytes}, &whole, arguments...);

    std::string outcome;
    std::vector<std::string_view> singles;
    for (std::size_t at = 0; at < bytes.size() && bytes.size() <= 16 * short_enough; ++at) {
        singles.push_back(bytes.substr(at, 1));
    }
    if (!singles.empty()) {
        run<Peer>(count, one.name, singles, &outcome, arguments...);
        CHECK(outcome == whole);
    }
    for (const std::size_t at : offsets(bytes.size())) {
        run<Peer>(count, one.name, {bytes.substr(0, at)}, &outcome, arguments...);
        if (!whole.starts_with(outcome) && !outcome.ends_with('x')) {
            FAIL_CHECK(one.name << ", cut at " << at << ": " << outcome << ", not " << whole);
        }
        run<Peer>(count, one.name, {bytes.substr(0, at), bytes.substr(at)}, &outcome, arguments...);
        if (outcome != whole) {
            FAIL_CHECK(one.name << ", split at " << at << ": " << outcome << ", not " << whole);
        }
    }
    if (bytes.size() < bits_flipped_below) {
        std::string flipped(bytes);
        for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
            const char mask = static_cast<char>(1U << bit % 8);
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ mask);
            run<Peer>(count, one.name, {flipped}, nullptr, arguments...);
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ mask);
        }
    }
    return whole;
}

bool is_json(std::string_view text) {
    return nlohmann::json::accept(text);
}

}  // namespace

TEST_CASE("there are at least 500 cases, each with a name of its own") {
    std::set<std::string> names;
    const std::vector<wire_case> cases = all_cases();
    for (const wire_case& one : cases) {
        CHECK_MESSAGE(names.insert(one.name).second, one.name);
    }
    if (published_texts_exist()) {
        CHECK(cases.size() >= 500);
    }
}

TEST_CASE("a server answers or closes, whatever comes and however it is cut") {
    tally count;
    const std::vector<wire_case> cases = all_cases();
    for (const wire_case& one : cases) {
        CAPTURE(one.name);
        const std::string said = run_all_ways<server_peer>(count, one);
        if (one.said != nullptr) {
            CHECK(said == one.said);
        }
        // A text that is no JSON never goes without an answer.
        if (one.said == nullptr && one.bytes.size() > 4 &&
            one.bytes == framed(one.bytes.substr(4)) &&
            !is_json(std::string_view(one.bytes).substr(4))) {
            CHECK(said == "-32700");
        }
        check_neighbour();
    }
    MESSAGE("server: " << cases.size() << " cases, " << count.runs << " runs, at most "
                       << count.worst_factor << " bytes held per byte (" << count.worst_name
                       << ")");
}

TEST_CASE("a client ignores or closes, whatever comes and however it is cut") {
    tally count;
    const std::vector<wire_case> cases = all_cases();
    client_peer(false).receive(cases.front().bytes);  // What is made once for the program is made.
    for (const wire_case& one : cases) {
        CAPTURE(one.name);
        run<client_peer>(count, one.name, {one.bytes}, nullptr, false);
        const std::string heard = run_all_ways<client_peer>(count, one, true);
        if (one.heard != nullptr) {
            CHECK(heard == one.heard);
        }
    }
    MESSAGE("client: " << cases.size() << " cases, " << count.runs << " runs, at most "
                       << count.worst_factor << " bytes held per byte (" << count.worst_name
                       << ")");
}
