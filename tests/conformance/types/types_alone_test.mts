// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The declarations in a program that has no others, neither Node's nor a browser's; checked with
// `tsc` by run.py, never run.

import { Client, RpcError, type RpcEvent } from "../../../examples/clients/node/gatewire.mjs";

declare const certificate: Uint8Array;

export async function alone(): Promise<number> {
  const client = new Client<{ add(a: number, b: number): number }, { tick: { price: number } }>(
    "tls://127.0.0.1:0", {
      tls: { ca: certificate, cert: ["a", certificate], rejectUnauthorized: true },
      onConnectFailed: (error) => error.message,
    });
  await client.waitConnected(5, { retry: false });
  for await (const event of client.events("tick")) {
    const seen: RpcEvent<{ price: number }> = event;
    if (seen.data.price > 5) break;
  }
  // @ts-expect-error It is no signal.
  client.options({ signal: 5 });
  // @ts-expect-error A number is no certificate.
  const wrong = new Client("tls://127.0.0.1:0", { tls: { ca: 5 } });
  try {
    return await client.call("add", 1, 2);
  } catch (error) {
    if (error instanceof RpcError) await wrong.close(error.reason);
    return 0;
  }
}
