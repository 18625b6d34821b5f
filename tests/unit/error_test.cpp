// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: an error says what happened, whose words it holds and what the call may have done. Method:
// every code there and back, errors of each origin.

#include <gatewire/error.hpp>

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace {

using rpc::errc;
using rpc::outcome;

constexpr errc all_codes[] = {
    errc::invalid_params,   errc::method_not_found,   errc::contract_mismatch,
    errc::invalid_value,    errc::invalid_request,    errc::invalid_address,
    errc::would_deadlock,   errc::engine_error,       errc::internal_error,
    errc::unauthenticated,  errc::forbidden,          errc::overloaded,
    errc::answer_too_large, errc::key_conflict,       errc::invalid_answer,
    errc::not_connected,    errc::connection_lost,    errc::connection_refused,
    errc::frame_too_large,  errc::protocol_violation, errc::peer_silent,
    errc::peer_stuck,       errc::outcome_unknown,    errc::deadline_exceeded,
    errc::cancelled,        errc::shutting_down};

struct pair {
    int peer_code;
    errc code;
};

// The wire's codes, each with the name that both directions give it.
constexpr pair pairs[] = {{-32600, errc::invalid_request},  {-32601, errc::method_not_found},
                          {-32602, errc::invalid_params},   {-32603, errc::internal_error},
                          {-32000, errc::engine_error},     {-32001, errc::unauthenticated},
                          {-32002, errc::forbidden},        {-32003, errc::deadline_exceeded},
                          {-32004, errc::cancelled},        {-32005, errc::overloaded},
                          {-32006, errc::shutting_down},    {-32007, errc::key_conflict},
                          {-32008, errc::answer_too_large}, {-32009, errc::outcome_unknown}};

static_assert(std::is_nothrow_copy_constructible_v<rpc::error>);
static_assert(std::is_base_of_v<std::system_error, rpc::error>);
static_assert(std::is_error_code_enum_v<errc>);
static_assert(!std::is_constructible_v<rpc::error, int>);

}  // namespace

TEST_CASE("error: the codes of the wire are mapped both ways") {
    for (const pair& one : pairs) {
        CAPTURE(one.peer_code);
        CHECK(rpc::detail::errc_of(one.peer_code) == one.code);
        CHECK(rpc::detail::peer_code_of(one.code) == one.peer_code);
    }
    CHECK(rpc::detail::errc_of(-32700) == errc::invalid_request);
    CHECK(rpc::detail::peer_code_of(errc::invalid_value) == -32603);
}

TEST_CASE("error: other codes are the engine's own, and local errors have its code") {
    for (int code : {0, 1, -1, 404, -32050, -32010, -32099, -32768, 2147483647, -2147483647 - 1}) {
        CHECK(rpc::detail::errc_of(code) == errc::engine_error);
    }
    for (errc code : {errc::not_connected, errc::connection_lost, errc::contract_mismatch,
                      errc::invalid_answer, errc::peer_silent}) {
        CHECK(rpc::detail::peer_code_of(code) == -32000);
    }
}

TEST_CASE("error: what was refused before it ran is not sent, what ran has failed") {
    for (int code : {-32003, -32005, -32006}) {
        CHECK(rpc::error(code, "m").outcome() == outcome::not_sent);
    }
    CHECK(rpc::error(-32009, "m").outcome() == outcome::may_have_run);
    for (int code : {-32000, -32602, -32601, -32002, -32008, 5}) {
        CHECK(rpc::error(code, "m").outcome() == outcome::failed);
    }
    CHECK(rpc::error(errc::forbidden, "m").outcome() == outcome::failed);
    CHECK(rpc::error(errc::cancelled, "m", outcome::may_have_run).outcome() ==
          outcome::may_have_run);
}

TEST_CASE("error: an engine's error keeps its code, message and data") {
    const rpc::error why(-32050, "no such symbol", {{"symbol", "rb2405"}});
    CHECK(why.peer_code() == -32050);
    CHECK(why.code() == errc::engine_error);
    CHECK(why.message() == "no such symbol");
    CHECK(std::string_view(why.what()) == "no such symbol");
    CHECK(why.data() == nlohmann::json{{"symbol", "rb2405"}});
    CHECK(rpc::error(5, "m").data() == nullptr);
    CHECK(rpc::error(errc::forbidden, "m").peer_code() == -32002);
}

TEST_CASE("error: data that is a text stands in what(), not in the message") {
    const rpc::error why(-32602, "Invalid params", "params[0]: expected an integer");
    CHECK(std::string_view(why.what()) == "Invalid params: params[0]: expected an integer");
    CHECK(why.message() == "Invalid params");
    CHECK(std::string_view(rpc::error(5, "m", 7).what()) == "m");
    CHECK(std::string_view(rpc::error(5, "", "").what()) == ": ");
}

TEST_CASE("error: a copy shares everything and outlives the original") {
    rpc::error copy(errc::cancelled, "x");
    {
        const rpc::error original(5, "message", "data");
        copy = original;
    }
    CHECK(std::string_view(copy.what()) == "message: data");
    CHECK(copy.peer_code() == 5);
    try {
        throw copy;
    } catch (const std::system_error& caught) {
        CHECK(caught.code() == errc::engine_error);
        CHECK(std::string_view(caught.what()) == "message: data");
    }
}

TEST_CASE("error: every code and outcome has a name of its own, and they are error codes") {
    std::set<std::string_view> names;
    for (errc code : all_codes) {
        CHECK(names.insert(to_string(code)).second);
        CHECK(to_string(code) != "unknown");
        const std::error_code as_error = code;
        CHECK(as_error);
        CHECK(as_error.message() == to_string(code));
        CHECK(std::string_view(as_error.category().name()) == "gatewire");
        CHECK(as_error.category() == rpc::error_category());
        CHECK(rpc::error(code, "m").code() == code);
    }
    CHECK(to_string(static_cast<errc>(9999)) == "unknown");
    CHECK(to_string(outcome::not_sent) == "not_sent");
    CHECK(to_string(outcome::may_have_run) == "may_have_run");
    CHECK(to_string(outcome::failed) == "failed");
    CHECK(to_string(static_cast<outcome>(9)) == "unknown");
}

namespace {

/// The category of a copy of this library that a shared library has.
class category_of_another_copy final : public std::error_category {
public:
    const char* name() const noexcept override { return text_.c_str(); }
    std::string message(int) const override { return "theirs"; }

private:
    const std::string text_ = "gatewire";
};

/// Of something else.
class foreign_category final : public std::error_category {
public:
    const char* name() const noexcept override { return "gatewires"; }
    std::string message(int) const override { return "foreign"; }
};

}  // namespace

TEST_CASE("error: a code compares by value and name, whichever copy of this library made it") {
    const category_of_another_copy theirs;
    const int value = static_cast<int>(errc::forbidden);
    const std::error_code code(value, theirs);
    CHECK(code == errc::forbidden);
    CHECK(errc::forbidden == code);
    CHECK_FALSE(code != errc::forbidden);
    CHECK_FALSE(code == errc::cancelled);
    CHECK(code != errc::cancelled);
    CHECK(code == std::error_condition(value, rpc::error_category()));
    CHECK(make_error_code(errc::forbidden) == std::error_condition(value, theirs));
    CHECK(code.category() == rpc::error_category());
    CHECK(rpc::error_category() == code.category());
    CHECK_FALSE(code.category() != rpc::error_category());
    CHECK(rpc::error_category() == rpc::error_category());

    const foreign_category foreign;
    CHECK_FALSE(std::error_code(value, foreign) == errc::forbidden);
    CHECK_FALSE(std::error_code(value, foreign) ==
                std::error_condition(value, rpc::error_category()));
    CHECK_FALSE(foreign == rpc::error_category());
    CHECK_FALSE(std::error_code(value, std::generic_category()) == errc::forbidden);
}
