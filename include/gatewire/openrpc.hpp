// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_OPENRPC_HPP
#define GATEWIRE_OPENRPC_HPP

#include <gatewire/json/kinds.hpp>
#include <gatewire/table.hpp>  // IWYU pragma: export
#include <gatewire/typed/diagnose.hpp>
#include <gatewire/typed/openrpc_document.hpp>

#include <string_view>

namespace rpc::inline v1 {

/// Describes an engine's table as an OpenRPC 1.3.2 document, the one that its server answers to
/// `rpc.discover`; `rpc::openrpc<engine>("desk", "1.0").dump(2)` is its text.
///
/// - `methods`: names, parameters and results with their JSON Schemas (draft 7), and the errors
///   that may come. `paramStructure` is `either` where `rpc::params` names the parameters; others
///   are called `p1`, `p2` and so on, and go by position only. `x-roles` and `x-traits` (`once`,
///   `idempotent`, `offload`) say the rest.
/// - `x-events`: what the engine pushes: `name`, `payload` (the schema of the notification's
///   `params.data`), `keyed`, `latest`, `roles`; of a keyed event `key`: its `type`, `string` or
///   `integer`, and the payload's `member` that it is, unless a function makes it.
/// - `components.schemas`: aggregates and named enums, once each.
///
/// A value that the library writes fits its schema. The reader also refuses what a schema cannot
/// say: `1.0` for an integer, a member that stands twice. Members that a schema does not list are
/// ignored.
///
/// @tparam Engine  Any type with an engine's table; no object of it is needed.
/// @param title    The document's `info.title`.
/// @param engine_version  The document's `info.version`: that of the engine, not of this library.
/// @return A `nlohmann::json`.
/// @throws rpc::error  `invalid_value`: a name is not UTF-8, or the types nest more deeply than the
///   library reads.
template <class Engine>
codec::custom::json_for<Engine> openrpc(std::string_view title, std::string_view engine_version) {
    typed::diagnose_engine<Engine>();
    using entries = detail::entries_of<Engine>;
    return typed::openrpc_document({title, engine_version,
                                    typed::methods_of<typename entries::methods>,
                                    typed::events_of<typename entries::events>});
}

}  // namespace rpc::inline v1

#endif  // GATEWIRE_OPENRPC_HPP
