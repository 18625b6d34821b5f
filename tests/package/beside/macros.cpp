// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: macros that <windows.h> and others define change nothing. Method: they are defined before
// the library is included, once bare and once behind the headers of others, which may undefine
// them.

#ifdef AFTER_OTHERS
#include <openssl/ssl.h>
#include <asio.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <thread>
#include <variant>
#endif

#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define interface struct
#define near
#define far
#define small char
#define ERROR 0
#define DELETE 1
#define IN
#define OUT
#define CALLBACK

#include "../consumer.hpp"

#ifdef AFTER_OTHERS
#include <gatewire/fault_proxy.hpp>
#include <gatewire/testing.hpp>
#include <gatewire/tls.hpp>
#endif

int main() {
    asio::io_context io;
    engine served;
    rpc::server<engine> server{io.get_executor(), served};
    rpc::client<engine> client{io.get_executor(), served};
    return 0;
}
