// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: an engine's document says what its table says. Method: an engine with each kind of entry,
// and the parts of its document as texts.

#include <gatewire/openrpc.hpp>

#include <gatewire/caller.hpp>
#include <gatewire/table.hpp>

#include <asio/awaitable.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct note {
    std::string topic;
    std::optional<int> number;
};

struct writer {
    void clear() {}
    note add(const rpc::caller&, note&& one, std::optional<bool> now) {
        return now.value_or(true) ? one : note{};
    }
    bool order(std::optional<int>, bool flag, std::optional<int>, std::optional<int>) {
        return flag;
    }
    asio::awaitable<std::vector<note>> all() { co_return std::vector<note>{}; }
    asio::awaitable<void> wait() { co_return; }

    using rpc_table = rpc::table<
        rpc::method<"clear", &writer::clear, rpc::offload, rpc::idempotent>,
        rpc::method<"add", &writer::add, rpc::params<"note", "now">, rpc::once, rpc::needs<"write">,
                    rpc::needs<"read">>,
        rpc::method<"order", &writer::order>, rpc::method<"all", &writer::all>,
        rpc::method<"wait", &writer::wait>,
        rpc::method<"twice", [](writer&, bool flag) { return flag; }, rpc::params<"flag">>,
        rpc::event<"noted", note, rpc::keyed_by<&note::topic>, rpc::latest>,
        rpc::event<"bell", bool, rpc::needs<"read">>>;
};

nlohmann::json text(std::string_view json) {
    return nlohmann::json::parse(json);
}

const nlohmann::json& document() {
    static const nlohmann::json made = rpc::openrpc<writer>("a writer", "1.2.3");
    return made;
}

const nlohmann::json& method(std::string_view name) {
    for (const nlohmann::json& one : document()["methods"]) {
        if (one["name"] == name) {
            return one;
        }
    }
    throw std::runtime_error("no such method");
}

std::set<int> codes_of(std::string_view name) {
    std::set<int> codes;
    for (const nlohmann::json& one : method(name)["errors"]) {
        const std::string path = one["$ref"].get<std::string>().substr(1);
        codes.insert(document().at(nlohmann::json::json_pointer(path))["code"].get<int>());
    }
    return codes;
}

}  // namespace

TEST_CASE("openrpc: the document begins with what people call the service") {
    CHECK(document()["openrpc"] == "1.3.2");
    CHECK(document()["info"] == text(R"({"title":"a writer","version":"1.2.3"})"));
    CHECK(document()["methods"].size() == 6);
}

TEST_CASE("openrpc: parameters have their names, or invented ones and no way by name") {
    CHECK(method("add")["paramStructure"] == "either");
    CHECK(method("add")["params"] == text(R"([
        {"name":"note","required":true,"schema":{"$ref":"#/components/schemas/note"}},
        {"name":"now","required":false,
         "schema":{"anyOf":[{"type":"boolean"},{"type":"null"}]}}])"));
    CHECK(method("order")["paramStructure"] == "by-position");
    CHECK(method("clear")["paramStructure"] == "by-position");
    CHECK(method("clear")["params"] == text("[]"));
    CHECK(method("twice")["params"][0]["name"] == "flag");
}

TEST_CASE("openrpc: only what may be left out at the end is not required") {
    std::vector<std::string> names;
    std::vector<bool> required;
    for (const nlohmann::json& one : method("order")["params"]) {
        names.push_back(one["name"].get<std::string>());
        required.push_back(one["required"].get<bool>());
    }
    CHECK(names == std::vector<std::string>{"p1", "p2", "p3", "p4"});
    CHECK(required == std::vector<bool>{true, true, false, false});
}

TEST_CASE("openrpc: a result is what is answered in the end") {
    CHECK(method("clear")["result"] == text(R"({"name":"result","schema":{"type":"null"}})"));
    CHECK(method("wait")["result"]["schema"] == text(R"({"type":"null"})"));
    CHECK(method("all")["result"]["schema"] ==
          text(R"({"type":"array","items":{"$ref":"#/components/schemas/note"}})"));
    CHECK(document()["components"]["schemas"].size() == 1);
}

TEST_CASE("openrpc: roles and traits") {
    CHECK(method("add")["x-roles"] == text(R"(["write","read"])"));
    CHECK(method("add")["x-traits"] == text(R"(["once"])"));
    CHECK(method("clear")["x-roles"] == text("[]"));
    CHECK(method("clear")["x-traits"] == text(R"(["idempotent","offload"])"));
}

TEST_CASE("openrpc: the errors are those that may come") {
    const std::set<int> common{-32603, -32602, -32008, -32006, -32005, -32004, -32003, -32000};
    std::set<int> all = common;
    all.insert({-32001, -32002, -32007, -32009});
    CHECK(codes_of("clear") == common);
    CHECK(codes_of("add") == all);
    for (const nlohmann::json& one : document()["components"]["errors"]) {
        CHECK_FALSE(one["message"].get<std::string>().empty());
    }
}

TEST_CASE("openrpc: the text that is served is that of the document") {
    using entries = rpc::detail::entries_of<writer>;
    const rpc::typed::openrpc_subject subject{"a \"writer\"\xff", "1",
                                              rpc::typed::methods_of<entries::methods>,
                                              rpc::typed::events_of<entries::events>};
    CHECK(rpc::typed::openrpc_text(subject) == rpc::typed::openrpc_document(subject).dump());
}

TEST_CASE("openrpc: a server that authenticates may refuse strangers everywhere") {
    using entries = rpc::detail::entries_of<writer>;
    const nlohmann::json guarded =
        rpc::typed::openrpc_document({"", "", rpc::typed::methods_of<entries::methods>, {}, true});
    for (const nlohmann::json& one : guarded["methods"]) {
        CHECK(one["errors"].dump().find("Unauthenticated") != std::string::npos);
    }
}

namespace {

struct place {
    std::string room;
    std::string house;
    int number = 0;
    std::string street() const { return room + house; }
};
int number_of(const place& where) {
    return where.number;
}

/// Says of itself what its JSON is.
struct own {
    std::string text;
};
[[maybe_unused]] void to_json(nlohmann::json& json, const own& value) {
    json = value.text;
}
[[maybe_unused]] void from_json(const nlohmann::json& json, own& value) {
    value.text = json.get<std::string>();
}

struct town {
    using rpc_table = rpc::table<
        rpc::event<"by_house", place, rpc::keyed_by<&place::house>>,
        rpc::event<"by_number", place, rpc::latest, rpc::keyed_by<&place::number>>,
        rpc::event<"by_street", place, rpc::keyed_by<&place::street>>,
        rpc::event<"by_function", place, rpc::keyed_by<&number_of>>,
        rpc::event<"by_lambda", place, rpc::keyed_by<[](const place& one) { return one.room; }>>,
        rpc::event<"of_its_own", own, rpc::keyed_by<&own::text>>, rpc::event<"open", place>>;
};

}  // namespace

TEST_CASE("openrpc: a keyed event says what its keys are, and which member, if it is one") {
    const nlohmann::json town_document = rpc::openrpc<town>("", "");
    nlohmann::json keys = nlohmann::json::object();
    for (const nlohmann::json& one : town_document["x-events"]) {
        keys[one["name"].get<std::string>()] = one.value("key", nlohmann::json());
    }
    CHECK(keys == text(R"({"by_house":{"member":"house","type":"string"},
        "by_number":{"member":"number","type":"integer"},"by_street":{"type":"string"},
        "by_function":{"type":"integer"},"by_lambda":{"type":"string"},
        "of_its_own":{"type":"string"},"open":null})"));
}

TEST_CASE("openrpc: events are listed beside the methods") {
    CHECK(document()["x-events"] == text(R"([
        {"name":"noted","payload":{"$ref":"#/components/schemas/note"},"keyed":true,
         "key":{"member":"topic","type":"string"},"latest":true,"roles":[]},
        {"name":"bell","payload":{"type":"boolean"},"keyed":false,"latest":false,
         "roles":["read"]}])"));
}
