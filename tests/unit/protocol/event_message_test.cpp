// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: an event is the notification that <gatewire/wire/frame.hpp> promises, to the byte, and is
// read back or refused. Method: literal frames and params.

#include "exact_text.hpp"
#include "framing.hpp"

#include <gatewire/protocol/messages.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

namespace protocol = rpc::protocol;

/// Number and data as text, or "refused".
std::string read(std::string_view params) {
    const test::exact_text exact(params);
    std::uint64_t number = 0;
    std::string_view data;
    return protocol::read_event(exact.view(), number, data)
               ? std::to_string(number) + " " + std::string(data)
               : "refused";
}

}  // namespace

TEST_CASE("event_message: the golden frame of an event, byte by byte") {
    rpc::wire::buffer out;
    protocol::write_event(out, "quote", 42, R"({"symbol":"rb2405"})");
    CHECK(out.view() ==
          std::string_view("\0\0\0\x51{\"jsonrpc\":\"2.0\",\"method\":\"quote\",\"params\":"
                           "{\"seq\":42,\"data\":{\"symbol\":\"rb2405\"}}}",
                           85));
}

TEST_CASE("event_message: many events follow each other, with names and numbers of any kind") {
    rpc::wire::buffer out;
    protocol::write_event(out, "a\"b", 0, "null");
    protocol::write_event(out, "\xc3\xa9", 18446744073709551615U, "[1,2]");
    CHECK(test::take_bodies(out) ==
          std::vector<std::string>{
              R"({"jsonrpc":"2.0","method":"a\"b","params":{"seq":0,"data":null}})",
              "{\"jsonrpc\":\"2.0\",\"method\":\"\xc3\xa9\",\"params\":"
              R"({"seq":18446744073709551615,"data":[1,2]}})"});
}

TEST_CASE("event_message: what is written is read, in any order and with members to come") {
    CHECK(read(R"({"seq":42,"data":{"a":[1]}})") == R"(42 {"a":[1]})");
    CHECK(read(R"( { "data" : "x" , "seq" : 18446744073709551615 } )") ==
          "18446744073709551615 \"x\"");
    CHECK(read(R"({"seq":1,"data":null,"key":"k","more":{"a":[]}})") == "1 null");
    CHECK(read(R"({"s\u0065q":1,"data":2})") == "1 2");
}

TEST_CASE("event_message: what lacks a part, or has it twice, is refused") {
    for (std::string_view params : {"",
                                    "null",
                                    "[]",
                                    "{}",
                                    "[1,2]",
                                    "5",
                                    R"({"seq":1})",
                                    R"({"data":1})",
                                    R"({"seq":-1,"data":1})",
                                    R"({"seq":1.5,"data":1})",
                                    R"({"seq":"1","data":1})",
                                    R"({"seq":null,"data":1})",
                                    R"({"seq":18446744073709551616,"data":1})",
                                    R"({"seq":1,"data":})",
                                    R"({"seq":1,"data":1)",
                                    R"({"seq":1,"data":1,})",
                                    R"({"seq":1,"data":1,"x":[1,]})",
                                    R"({"seq":1,"seq":2,"data":1})",
                                    R"({"seq":1,"data":1,"data":2})",
                                    R"({"seq":1,"data":1,"d\u0061ta":2})"}) {
        CAPTURE(params);
        CHECK(read(params) == "refused");
    }
}

TEST_CASE("event_message: a refused event leaves the number of the last one alone") {
    for (std::string_view params :
         {R"({"seq":7})", R"({"seq":7,"data":1)", R"({"seq":7,"data":1,})"}) {
        CAPTURE(params);
        std::uint64_t number = 5;
        std::string_view data;
        CHECK_FALSE(protocol::read_event(params, number, data));
        CHECK(number == 5);
    }
}

TEST_CASE("event_message: every prefix is refused") {
    constexpr std::string_view whole = R"({"seq":42,"data":{"a":"b\n"},"key":["k"]})";
    REQUIRE(read(whole) != "refused");
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        CAPTURE(cut);
        CHECK(read(whole.substr(0, cut)) == "refused");
    }
}
