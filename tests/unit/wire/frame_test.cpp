// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: frames come out as they went in, wherever TCP splits them, and no length makes the reader
// allocate. Method: literal bytes, each cut at every place, lengths at and over the limit.

#include "exact_text.hpp"
#include "framing.hpp"

#include <gatewire/wire/frame.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace wire = rpc::wire;

void feed(wire::frame_reader& reader, std::string_view bytes) {
    if (!bytes.empty()) {
        std::memcpy(reader.prepare(bytes.size()), bytes.data(), bytes.size());
        reader.commit(bytes.size());
    }
}

std::vector<std::string> drain(wire::frame_reader& reader) {
    std::vector<std::string> bodies;
    while (const auto body = reader.next()) {
        bodies.emplace_back(*body);
    }
    return bodies;
}

std::string_view bytes_of(const wire::buffer& out) {
    return out.view();
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("frame: the header is the length in four bytes, big-endian") {
    struct sample {
        std::size_t size;
        std::string_view bytes;
    };
    const sample samples[] = {
        {0, {"\x00\x00\x00\x00", 4}},          {1, {"\x00\x00\x00\x01", 4}},
        {255, {"\x00\x00\x00\xff", 4}},        {256, {"\x00\x00\x01\x00", 4}},
        {0x12345678, {"\x12\x34\x56\x78", 4}}, {0x80000000U, {"\x80\x00\x00\x00", 4}},
        {0xffffffffU, {"\xff\xff\xff\xff", 4}}};
    for (const sample& one : samples) {
        CAPTURE(one.size);
        char header[4];
        wire::write_frame_header(header, one.size);
        CHECK(std::string_view(header, 4) == one.bytes);
        CHECK(wire::read_frame_header(header) == one.size);
    }
}

TEST_CASE("frame: a frame that is written in place has its body's length in front") {
    wire::buffer out;
    out.append("kept");
    const std::size_t begin = wire::begin_frame(out);
    CHECK(begin == 4);
    CHECK(out.size() - begin - wire::frame_header_size == 0);
    out.append("body");
    CHECK(out.size() - begin - wire::frame_header_size == 4);
    wire::end_frame(out, begin);
    CHECK(bytes_of(out) == std::string_view("kept\0\0\0\4body", 12));
}

TEST_CASE("frame: an empty body is a frame of its own") {
    wire::frame_reader reader(16);
    feed(reader, std::string(4, '\0') + test::framed("x") + std::string(4, '\0'));
    CHECK(drain(reader) == texts{"", "x", ""});
    CHECK_FALSE(reader.is_partial());
}

TEST_CASE("frame: a body of exactly the limit is taken, one byte more is not") {
    for (std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{300}}) {
        CAPTURE(limit);
        wire::frame_reader takes(limit);
        feed(takes, test::framed(std::string(limit, 'x')));
        CHECK(drain(takes) == texts{std::string(limit, 'x')});
        CHECK_FALSE(takes.is_too_large());

        wire::frame_reader refuses(limit);
        feed(refuses, test::framed(std::string(limit + 1, 'x')));
        CHECK(drain(refuses).empty());
        CHECK(refuses.is_too_large());
        CHECK(refuses.refused_size() == limit + 1);
    }
}

TEST_CASE("frame: a length over the limit is refused from its header, and nothing is allocated") {
    for (std::size_t size : {std::size_t{1025}, std::size_t{0x7fffffff}, std::size_t{0x80000000U},
                             std::size_t{0xffffffffU}}) {
        CAPTURE(size);
        wire::frame_reader reader(1024);
        feed(reader, test::header_of(size));
        const std::size_t room = reader.room();
        CHECK_FALSE(reader.next().has_value());
        CHECK(reader.is_too_large());
        CHECK(reader.refused_size() == size);
        CHECK(reader.missing() == 0);
        CHECK(reader.room() == room);
        CHECK(room < 1024);
    }
}

TEST_CASE("frame: the largest length does not wrap around where every length is allowed") {
    wire::frame_reader reader((std::numeric_limits<std::size_t>::max)());
    feed(reader, test::header_of(0xffffffffU) + "abc");
    CHECK_FALSE(reader.next().has_value());
    CHECK_FALSE(reader.is_too_large());
    CHECK(reader.missing() == 0xffffffffU - std::size_t{3});
    CHECK(reader.is_partial());
}

TEST_CASE("frame: other protocols are refused by their first four bytes, and named") {
    using namespace std::string_view_literals;
    for (const auto& [hello, name] :
         std::initializer_list<std::pair<std::string_view, const char*>>{
             {"GET / HTTP/1.1\r\n", "speaks HTTP"},
             {"HTTP/1.1 400 Bad Request\r\n", "speaks HTTP"},
             {"SSH-2.0-x\r\n", "speaks SSH"},
             {"\x16\x03\x01\x02", "speaks TLS"},
             {"\x15\x03\x03\x00\x02"sv, "speaks TLS"},
             {"8=FIX.4.4", "speaks FIX"},
             {"{\"jsonrpc\"", "speaks JSON without lengths"},
             {"EHLO here", "may speak another protocol"}}) {
        CAPTURE(hello);
        wire::frame_reader reader(std::size_t{16} << 20);
        feed(reader, hello);
        CHECK_FALSE(reader.next().has_value());
        CHECK(reader.is_too_large());
        CHECK(reader.refusal().find(name) != std::string::npos);
    }
    for (const std::size_t size : {std::size_t{1025}, std::size_t{0x01000000}}) {
        wire::frame_reader reader(1024);
        feed(reader, test::header_of(size));
        CHECK_FALSE(reader.next().has_value());
        CHECK(reader.refusal() ==
              "a frame of " + std::to_string(size) + " bytes is over the limit of 1024");
    }
}

TEST_CASE("frame: what came before a refused length is still handed out, nothing after it is") {
    wire::frame_reader reader(8);
    feed(reader, test::framed("good") + test::header_of(9) + test::framed("bad"));
    CHECK(drain(reader) == texts{"good"});
    CHECK(reader.is_too_large());
    CHECK(reader.refused_size() == 9);
    feed(reader, test::framed("more"));
    CHECK(drain(reader).empty());
    CHECK(reader.refused_size() == 9);
}

TEST_CASE("frame: many frames of one read come out in order") {
    std::string stream;
    texts expected;
    for (int number = 0; number < 500; ++number) {
        expected.push_back(std::to_string(number * number));
        stream += test::framed(expected.back());
    }
    wire::frame_reader reader(64);
    feed(reader, stream);
    CHECK(drain(reader) == expected);
    CHECK_FALSE(reader.is_partial());
}

TEST_CASE("frame: two frames cut at every byte come out whole, and the gap is known") {
    const std::string stream = test::framed("first body") + test::framed("second");
    constexpr std::size_t first = 14;
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        CAPTURE(cut);
        wire::frame_reader reader(64);
        feed(reader, std::string_view(stream).substr(0, cut));
        texts bodies = drain(reader);
        CHECK(bodies.size() == (cut < first ? 0U : cut < stream.size() ? 1U : 2U));
        CHECK(reader.is_partial() == (cut != 0 && cut != first && cut != stream.size()));
        const std::size_t have = cut < first ? cut : cut - first;
        const std::size_t whole = cut < first ? first : stream.size() - first;
        CHECK(reader.missing() == (have < 4 || cut == stream.size() ? 0 : whole - have));
        feed(reader, std::string_view(stream).substr(cut));
        for (std::string& body : drain(reader)) {
            bodies.push_back(std::move(body));
        }
        CHECK(bodies == texts{"first body", "second"});
        CHECK_FALSE(reader.is_partial());
    }
}

TEST_CASE("frame: a session fed byte by byte gives the same frames, compacted or not") {
    const texts expected{"", "a", std::string(300, 'b'), "{}", ""};
    std::string stream;
    for (const std::string& body : expected) {
        stream += test::framed(body);
    }
    for (bool compacts : {false, true}) {
        CAPTURE(compacts);
        wire::frame_reader reader(512);
        texts bodies;
        for (char byte : stream) {
            feed(reader, {&byte, 1});
            for (std::string& body : drain(reader)) {
                bodies.push_back(std::move(body));
            }
            if (compacts) {
                reader.compact();
            }
        }
        CHECK(bodies == expected);
    }
}

TEST_CASE("frame: compact keeps the unfinished frame and gives the room of the others back") {
    wire::frame_reader reader(1024);
    feed(reader, test::framed(std::string(100, 'a')) + test::framed("tail").substr(0, 6));
    CHECK(drain(reader).size() == 1);
    const std::size_t room = reader.room();
    reader.compact();
    CHECK(reader.room() == room + 104);
    CHECK(reader.is_partial());
    CHECK(reader.missing() == 2);
    feed(reader, "il");
    CHECK(drain(reader) == texts{"tail"});
}

TEST_CASE("frame: take hands over the bytes of the views and keeps the unfinished frame") {
    wire::frame_reader reader(1024);
    const std::string second = test::framed("second");
    for (std::size_t cut = 0; cut < second.size(); ++cut) {
        CAPTURE(cut);
        feed(reader, test::framed("first") + second.substr(0, cut));
        const auto body = reader.next();
        REQUIRE(body.has_value());
        CHECK_FALSE(reader.next().has_value());
        wire::buffer spare;
        spare.append("left over from before");
        const wire::buffer taken = reader.take(std::move(spare));
        // The view points into what was handed over, so it lives as long as that does.
        CHECK(body->data() >= taken.data());
        CHECK(body->data() + body->size() <= taken.data() + taken.size());
        CHECK(reader.is_partial() == (cut != 0));
        feed(reader, second.substr(cut));
        CHECK(*body == "first");
        CHECK(drain(reader) == texts{"second"});
        reader.compact();
    }
}

TEST_CASE("frame: a reader holds no more than what it was given and one read ahead") {
    wire::frame_reader reader(std::size_t{1} << 20);
    feed(reader, test::header_of(std::size_t{1} << 20));
    CHECK_FALSE(reader.next().has_value());
    CHECK(reader.room() < 4096);
}
