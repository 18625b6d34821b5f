// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// What the cases cannot say of the client for Node: handlers, iterators, signals, the shell.
//
//     node node_client_test.mjs <conformance_server>

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Client } from "../../examples/clients/node/gatewire.mjs";
import { inTime, Queue, Server } from "./server.mjs";

const program = process.argv[2];

/// Runs a test with a server and a client of its own.
function withServer(name, body, { traits = [], ...options } = {}) {
  test(name, async () => {
    const folder = mkdtempSync(join(tmpdir(), "gatewire-"));
    const server = await Server.start(program, folder, traits);
    const client = new Client(server.addresses.tcp, options);
    try {
      await body(client, server);
    } finally {
      await client.close();
      await server.end();
      rmSync(folder, { recursive: true });
    }
  });
}

withServer("more calls than the server takes at a time wait", async (client) => {
  const waiting = Array.from({ length: 255 }, () => client.remote.hold());
  const more = Array.from({ length: 600 }, (_, each) => client.remote.add(each, 0));
  assert.deepEqual(await inTime(Promise.all(more), "answers"), more.map((_, each) => each));
  await client.remote.release();
  assert.equal(new Set(await inTime(Promise.all(waiting), "answers")).size, 255);
});

const errors = new Queue();
withServer("a handler may call and may fail", async (client, server) => {
  const sums = new Queue();
  client.on("trade", async ({ data: { id } }) => {
    if (id === 1) throw new Error("on purpose");
    sums.push(await client.call("add", id, 40));
  });
  await client.subscribe("trade");
  await server.tell("trades 2");
  assert.equal((await errors.get("an error")).message, "on purpose");
  assert.equal(await sums.get("a sum"), 42);
}, { onError: (error) => errors.push(error) });

withServer("a refused subscription of a handler is told", async (client) => {
  await client.waitConnected();
  client.on("quote", () => {});
  assert.match((await errors.get("an error")).message, /quote/);
}, { onError: (error) => errors.push(error) });

withServer("signals cancel", async (client) => {
  await assert.rejects(client.options({ signal: AbortSignal.abort() }).call("pay", 5),
    { reason: "cancelled", outcome: "not_sent" });
  const controller = new AbortController();
  const held = client.options({ signal: controller.signal }).call("hold");
  await client.call("wait_held", 1);
  controller.abort();
  await assert.rejects(held, { reason: "cancelled", outcome: "may_have_run" });
  assert.equal(await client.call("wait_given_up", 1), 1);
  assert.equal(await client.call("get_total"), 0);
});

withServer("iterators are apart, stop, and end with the client", async (client, server) => {
  const first = client.events("trade");
  const second = client.events("trade");
  await client.subscribe("trade");
  await server.tell("trades 2");
  for await (const { data } of first) {
    if (data.id === 2) break;
  }
  await server.tell("trades 1");
  const seen = [];
  for await (const { data } of second) {
    seen.push(data.id);
    if (data.id === 3) await client.close();
  }
  assert.deepEqual(seen, [1, 2, 3]);
  await assert.rejects(client.call("add", 1, 2), { reason: "not_connected" });
  client.start();
  assert.equal(await client.call("add", 1, 2), 3);
});

withServer("an iterator of what is not there rejects", async (client) => {
  await assert.rejects(client.events("quote").next(), /quote/);
});

const gaps = new Queue();
withServer("a reader that is too slow is told what it missed", async (client, server) => {
  const events = client.events("trade");
  await client.subscribe("trade");
  await server.tell("trades 5");
  const position = await client.subscribe("trade"); // Answered behind the events.
  assert.deepEqual([(await events.next()).value.seq, (await events.next()).value.seq], [1, 2]);
  events.next();
  const { first, last } = await gaps.get("a gap");
  assert.deepEqual([first, last], [3, position]);
}, { eventsWaitingMax: 2, onGap: (gap) => gaps.push(gap) });

withServer("arguments that cannot be", async (client) => {
  await assert.rejects(client.call("echo", 10n), { reason: "invalid_value", outcome: "not_sent" });
  for (const address of ["127.0.0.1:1", "http://here:1", "tcp://here", "tcp://:1",
    "tcp://h:99999"]) {
    assert.throws(() => new Client(address), { reason: "invalid_address" });
  }
  assert.equal(await client.remote.then, undefined);
});

withServer("a shell calls and is refused", async (client, server) => {
  const script = fileURLToPath(
    new URL("../../examples/clients/node/gatewire.mjs", import.meta.url));
  const run = (token, ...words) => promisify(execFile)(
    process.execPath, [script, server.addresses.tcp, ...words],
    { env: { ...process.env, GATEWIRE_TOKEN: token } });
  assert.equal((await run("sesame", "call", "whoami")).stdout, '"alice"\n');
  assert.equal((await run("sesame", "call", "echo", 'value={"a": [1]}')).stdout, '{"a":[1]}\n');
  await assert.rejects(run("no", "call", "whoami"), { code: 1, stderr: /unauthenticated/ });
}, { traits: ["auth"] });
