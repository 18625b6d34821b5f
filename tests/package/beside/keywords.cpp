// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: words that Qt, X11, Windows and kernels define as macros change nothing. Method: their
// headers come first, without QT_NO_KEYWORDS; what cannot be included here is defined by hand. Only
// compiled: run.sh says with which.

#if defined(WITH_QT)
#include <QObject>
#include <QString>
#if !defined(slots) || !defined(signals) || !defined(emit) || !defined(foreach)
#error "Qt has its keywords only as macros"
#endif
#elif defined(WITH_X11)
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#if !defined(None) || !defined(Bool) || !defined(Status) || !defined(Success)
#error "X11 has these as macros"
#endif
#else
// The standard's own headers, Asio and nlohmann/json must not see them.
#include <asio.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <any>
#include <bit>
#include <cfenv>
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory_resource>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <sstream>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <variant>

#include <sys/un.h>

#define slots
#define signals public
#define emit
#define foreach(what, where) for (what : where)
#define forever for (;;)
#define None 0L
#define Bool int
#define Status int
#define Success 0
#define True 1
#define False 0
#define Always 2
#define Above 0
#define Below 1
#define Complex 0
#define CurrentTime 0L
#define KeyPress 2
#define FocusIn 9
#define Unsorted 0
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define interface struct
#define near
#define far
#define small char
#define hyper int
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define ERROR 0
#define NO_ERROR 0
#define DELETE 1
#define STRICT 1
#define CALLBACK
#define SendMessage SendMessageW
#define CreateEvent CreateEventW
#define GetObject GetObjectW
#define GetMessage GetMessageW
#define Yield()
#define likely(what) (what)
#define unlikely(what) (what)
#define check(what) (what)
#define verify(what) (what)
#define require(what) (what)
#define major(what) (what)
#define minor(what) (what)
#define linux 1
#define unix 1
#endif

#include <gatewire/fault_proxy.hpp>
#include <gatewire/testing.hpp>
#ifdef WITH_TLS
#include <gatewire/tls.hpp>
#endif

#include "../consumer.hpp"

struct awaiting_engine {
    asio::awaitable<int> add(int a, int b) { co_return a + b; }

    using rpc_table = rpc::table<rpc::method<"add", &awaiting_engine::add>>;
};

int main() {
    asio::io_context io;
    awaiting_engine served;
    rpc::server<awaiting_engine> server{io.get_executor(), served};
    rpc::client<awaiting_engine> client{io.get_executor(), served};
    return 0;
}
