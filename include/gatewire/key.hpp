// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_KEY_HPP
#define GATEWIRE_KEY_HPP

#include <string>

namespace rpc::inline v1 {

/// The client's own name for one call of a method with the trait `rpc::once`, among the first
/// arguments of `call` and `async_call`: `client.call<"send_order">(rpc::key{"desk7-42"}, order)`.
///
/// The server runs the call once for each key of a client's identity (anonymous clients share
/// one): whoever asks again, also from another connection or after the client was started anew,
/// gets the answer of the first, and waits for it if it still runs. The same key with other
/// arguments is refused with `key_conflict`. Make the key and store it before the call, and it
/// tells the fate of the order after any crash of the client.
///
/// The server keeps keys in memory until `server::forget_keys`. One that was started anew does not
/// know them: give the `epoch` in which the key was used first, and it refuses with
/// `outcome_unknown` instead of running the call perhaps a second time.
struct key {
    std::string text;     ///< Not empty, UTF-8.
    std::string epoch{};  ///< `session_info::epoch`; empty: any server may run the call.
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_KEY_HPP
