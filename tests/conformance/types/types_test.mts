// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// What the declarations of the client for Node must take, and what they must refuse; checked with
// `tsc` by run.py, never run.

import type { ConnectionOptions } from "node:tls";

import { Client, RpcError, type Gap, type RpcEvent }
  from "../../../examples/clients/node/gatewire.mjs";

interface Desk {
  add(a: number, b: number): number;
  release(): null;
}
interface Tick { symbol: string; price: number }

export async function typed(): Promise<number> {
  const gaps: Gap[] = [];
  const client = new Client<Desk, { tick: Tick }>("tcp://127.0.0.1:0", {
    token: "t", callTimeout: 5, onGap: (gap) => gaps.push(gap), tls: { ca: "" },
  });
  const secure: ConnectionOptions = { ca: Buffer.from("") };
  await new Client("tls://127.0.0.1:0", { tls: secure }).close();
  client.on("tick", (event) => event.data.price.toFixed(2));
  for await (const event of client.events("tick", "rb2405")) {
    const seen: RpcEvent<Tick> = event;
    if (seen.seq > 5) break;
  }
  const sum: number = await client.call("add", 1, 2);
  const again: number = await client.remote.add(1, 2);
  const late: number = await client.options({ timeout: 5, signal: AbortSignal.timeout(5) })
    .call("add", 1, 2);
  // @ts-expect-error A text is no number.
  await client.call("add", 1, "two");
  // @ts-expect-error There is no such method.
  await client.call("subtract", 1, 2);
  // @ts-expect-error There is no such event.
  client.on("trade", () => {});
  // @ts-expect-error There is no such option.
  client.options({ timeoutMs: 5 });
  await client.close();
  return sum + again + late;
}

export async function untyped(): Promise<void> {
  const client = new Client();
  try {
    await client.call("anything", { at: ["all"] });
    const [first] = await client.batch([{ method: "add", params: { a: 1, b: 2 } }]);
    console.log(first.anything, (await client.discover()).signature("add"));
  } catch (error) {
    if (error instanceof RpcError && error.outcome === "may_have_run") console.log(error.code);
  }
}
