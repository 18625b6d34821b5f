// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_RPC_HPP
#define GATEWIRE_RPC_HPP

/// Everything: `rpc::server`, `rpc::client`, `rpc::serve`, `rpc::io_thread` and what they need. The
/// README.md beside this file has the ways through the files below, and where what is decided.
///
/// Sources that define `GATEWIRE_SEPARATE_COMPILATION` have the declarations and templates of it
/// alone. Exactly one source of their program defines `GATEWIRE_IMPLEMENTATION` before this include
/// and has the rest for all of them. Those that have to do with a `nlohmann::json` include its
/// header, which costs as much as all of this.
// IWYU pragma: begin_exports
#include <gatewire/caller.hpp>
#include <gatewire/client.hpp>
#include <gatewire/credentials.hpp>
#include <gatewire/default_members.hpp>
#include <gatewire/dynamic_client.hpp>
#include <gatewire/enum_names.hpp>
#include <gatewire/error.hpp>
#include <gatewire/io_thread.hpp>
#include <gatewire/json_text.hpp>
#include <gatewire/key.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/log.hpp>
#include <gatewire/observer.hpp>
#include <gatewire/openrpc.hpp>
#include <gatewire/options.hpp>
#include <gatewire/serve.hpp>
#include <gatewire/server.hpp>
#include <gatewire/server_stats.hpp>
#include <gatewire/session_end.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/session_stats.hpp>
#include <gatewire/spin.hpp>
#include <gatewire/table.hpp>
#include <gatewire/target.hpp>
#include <gatewire/timeout.hpp>
#include <gatewire/traceparent.hpp>
#include <gatewire/version.hpp>
// IWYU pragma: end_exports

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <nlohmann/json.hpp>
#endif

#ifdef GATEWIRE_IMPLEMENTATION
#include <gatewire/src.hpp>
#endif

#endif  // GATEWIRE_RPC_HPP
