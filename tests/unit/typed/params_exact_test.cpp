// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: an integer that a parameter with a fraction cannot hold is refused, not rounded. Method:
// literal integers around 2^53 and 2^24.

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wconversion"
#endif

#include <gatewire/detail/signature.hpp>
#include <gatewire/typed/params.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace {

template <class Parameter>
struct entry {
    static constexpr std::string_view name = "m";
    using arguments = rpc::detail::type_list<Parameter>;
};

/// The params as they are sent, or what is thrown.
template <class Parameter>
std::string sent(std::int64_t argument) {
    rpc::wire::buffer out;
    try {
        rpc::typed::write_request<entry<Parameter>>(out, argument);
    } catch (const rpc::error& why) {
        CHECK(why.code() == rpc::errc::invalid_params);
        return why.message();
    }
    return std::string(out.view().substr(out.view().find('[')));
}

}  // namespace

TEST_CASE("request: an integer that a double cannot hold is refused") {
    CHECK(sent<double>(9007199254740992).starts_with("[9007199254740992"));
    CHECK(sent<double>(-9007199254740992).starts_with("[-9007199254740992"));
    CHECK(sent<double>(9007199254740994).starts_with("[9007199254740994"));
    CHECK(sent<double>(9007199254740993).starts_with("params[0]: 9007199254740993 "));
    CHECK(sent<double>(-9007199254740993).starts_with("params[0]: -9007199254740993 "));
    CHECK(sent<float>(16777216).starts_with("[16777216"));
    CHECK(sent<float>(16777217).starts_with("params[0]: 16777217 "));
}
