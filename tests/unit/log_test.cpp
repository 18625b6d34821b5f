// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a log record is one line, whatever a peer put into it. Method: literal records with control
// characters, at and over the size that is printed.

#include <gatewire/log.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>

namespace {

using rpc::log_event;
using rpc::log_record;

}  // namespace

TEST_CASE("log: a record is its kind, its peer and its text") {
    CHECK(to_string(log_record{log_event::disconnected, "tcp://a:1", "gone"}) ==
          "disconnected tcp://a:1 gone");
    CHECK(to_string(log_record{log_event::stopped, {}, {}}) == "stopped");
    CHECK(to_string(log_record{log_event::stopped, {}, "why"}) == "stopped why");
    CHECK(to_string(log_record{log_event::listening, "tcp://a:1", {}}) == "listening tcp://a:1");
}

TEST_CASE("log: a peer cannot begin a line of its own, nor speak to the terminal") {
    CHECK(to_string(log_record{log_event::connected, "a\nb", "c\r\nlistening forged"}) ==
          R"(connected a\x0ab c\x0d\x0alistening forged)");
    CHECK(to_string(log_record{log_event::connected, {}, "\x1b[2J\x7f\t"}) ==
          R"(connected \x1b[2J\x7f\x09)");
    CHECK(to_string(log_record{log_event::connected, {}, std::string_view("a\0b", 3)}) ==
          R"(connected a\x00b)");
    for (int byte = 0; byte < 256; ++byte) {
        const char character = static_cast<char>(byte);
        const std::string line =
            to_string(log_record{log_event::stopped, {}, std::string_view(&character, 1)});
        for (const char printed : line) {
            CHECK((static_cast<unsigned char>(printed) >= 0x20 && printed != 0x7f));
        }
    }
    CHECK(to_string(log_record{log_event::stopped, {}, "\xc3\xa9"}) == "stopped \xc3\xa9");
    // Terminals may take these two bytes, a control character above ASCII, for an escape.
    CHECK(to_string(log_record{log_event::stopped, {}, "\xc2\x9b[2J\xc2\xa0"}) ==
          "stopped \\x9b[2J\xc2\xa0");
}

TEST_CASE(
    "log: a user's own callback gets texts that are clean already, and they stay as they are") {
    std::string seen;
    const rpc::log_callback log = rpc::detail::clean_log([&seen](const log_record& record) {
        seen = std::string(record.text);
        CHECK(to_string(record) == "connected tcp://a:1 " + seen);
    });
    log({log_event::connected, "tcp://a:1", "one\ntwo"});
    CHECK(seen == R"(one\x0atwo)");
    log({log_event::connected, "tcp://a:1", std::string(600, 'x')});
    CHECK(seen == std::string(512, 'x') + "...");
    CHECK_FALSE(static_cast<bool>(rpc::detail::clean_log(nullptr)));
}

TEST_CASE("log: long texts are cut, and say so") {
    const std::string whole(512, 'x');
    CHECK(to_string(log_record{log_event::stopped, {}, whole}) == "stopped " + whole);
    CHECK(to_string(log_record{log_event::stopped, {}, whole + "y"}) == "stopped " + whole + "...");
    const std::string long_text(1'000'000, '\n');
    CHECK(to_string(log_record{log_event::stopped, long_text, long_text}).size() < 5000);
}

TEST_CASE("log: every kind has a name of its own") {
    std::set<std::string_view> names;
    for (log_event event :
         {log_event::listening, log_event::connected, log_event::disconnected,
          log_event::connect_failed, log_event::frame_refused, log_event::call_slow,
          log_event::subscription_refused, log_event::contract_differs, log_event::handler_threw,
          log_event::accept_failed, log_event::stopped}) {
        CHECK(names.insert(to_string(event)).second);
        CHECK(to_string(event) != "unknown");
    }
    CHECK(to_string(static_cast<log_event>(99)) == "unknown");
}
