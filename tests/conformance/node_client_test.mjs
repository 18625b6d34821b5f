// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// What the cases cannot say of the client for Node: handlers, iterators, signals, the shell.
//
//     node node_client_test.mjs <conformance_server>

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
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

/// What is refused before anything is sent.
const notSent = { name: "RpcError", reason: "invalid_value", outcome: "not_sent" };

withServer("what JSON would send as something else is refused, at any depth", async (client) => {
  await client.waitConnected();
  const circle = { self: [] };
  circle.self.push(circle);
  const deep = {};
  for (let at = deep, left = 100_000; left > 0; --left) at = at.in = {};
  const thrown = (what) => ({ toJSON() { throw what; } });
  class Book extends Map { depth = 5; }
  class Hidden { #price = 1; get price() { return this.#price; } }
  for (const strange of [undefined, () => 1, function named() {}, class {}, Symbol("s"), 10n, NaN,
    -Infinity, Object(NaN), Object(1n), Object("\ud800"), Object(Symbol("s")), [1, , 3],
    new Array(2), new Date(NaN), new Map([[1, 2]]), new Set([1]), new Book(), new WeakMap(),
    new WeakRef({}), Promise.resolve(1), /x/, new Error("x"),
    Object.assign(new Error("x"), { code: 5 }), new Float64Array([1]), new ArrayBuffer(1),
    new URLSearchParams("a=1"), new Hidden(), circle, deep, { toJSON() {} },
    { toJSON: () => NaN }, { toJSON: () => "\ud800" }, thrown(new Error("mine")), thrown("text"),
    thrown(undefined), thrown(null), thrown({ message: 5 }), thrown(Object.create(null)),
    { get price() { throw new Error("mine"); } },
    new Proxy({}, { ownKeys() { throw new Error("mine"); } })]) {
    for (const params of [[strange], [1, [strange]], [{ in: { the: [strange] } }]]) {
      await assert.rejects(client.call("echo", ...params), notSent);
      await assert.rejects(client.batch([{ method: "pay", params: [1] },
        { method: "echo", params }]), notSent);
      assert.throws(() => client.notify("echo", ...params), notSent);
    }
    await assert.rejects(client.callNamed("echo", { value: strange }), notSent);
  }
  for (const params of [undefined, null, 5, "text", () => 1, new Date(), Object("text")]) {
    await assert.rejects(client.callNamed("echo", params), notSent);
  }
  await assert.rejects(client.call("echo", { orders: [{ price: undefined }] }),
    { message: "params[0].orders[0].price has no JSON form: undefined" });
  await assert.rejects(client.call("echo", thrown(new Error("mine"))), { message: "params: mine" });
  assert.equal(await client.call("get_total"), 0);
});

withServer("what has a form in JSON is sent in it", async (client) => {
  class Order { constructor() { this.symbol = "ES"; this.legs = []; } }
  const twice = { a: 1 };
  for (const [given, wanted] of [[new Order(), { symbol: "ES", legs: [] }], [{}, {}],
    [new Date(5), "1970-01-01T00:00:00.005Z"], [new URL("http://a/"), "http://a/"],
    [Object("text"), "text"], [Object(5), 5], [Object(true), true], [-0, 0],
    [Object.create(null), {}], [Buffer.from("a"), { type: "Buffer", data: [97] }],
    [[twice, twice, { twice }], [twice, twice, { twice }]], [null, null], [1e300, 1e300],
    [{ toJSON: () => null }, null], ["\u{1f600}\u2028\u0000", "\u{1f600}\u2028\u0000"]]) {
    assert.deepEqual(await client.call("echo", given), wanted);
  }
});

withServer("a handler, an iterator and a farewell take no broken text", async (client, server) => {
  await client.waitConnected();
  assert.throws(() => client.on("tr\ud800ade", () => {}), notSent);
  await assert.rejects(client.events("tick", "\ud800").next(), notSent);
  await assert.rejects(client.events("\ud800").next(), notSent);
  const events = client.events("trade");
  await client.subscribe("trade");
  await server.tell("cut");
  await server.tell("trades 1");
  assert.equal((await events.next()).value.data.id, 1);
  await client.close("half: \ud800");
});

withServer("options that are none are refused at once, long ones are long", async (_, server) => {
  const { tcp } = server.addresses;
  for (const options of [{ token: "a\ud800" }, { token: 5 }, { callTimeout: NaN },
    { callTimeout: Infinity }, { callTimeout: "5" }, { callTimeout: null },
    { connectTimeout: Infinity }, { heartbeat: NaN }, { heartbeatTimeout: "15" },
    { backoffMax: NaN }, { backoffMin: true }, { callsPendingMax: NaN }, { frameSizeMax: "1" },
    { queueSizeMax: -1 }, { eventsWaitingMax: null }]) {
    assert.throws(() => new Client(tcp, options), notSent, JSON.stringify(options));
  }
  for (const time of [2 ** 31, 2 ** 32, 1e300]) {
    const patient = new Client(tcp, {
      callTimeout: time, connectTimeout: time, heartbeat: time, heartbeatTimeout: time,
      backoffMax: time, token: undefined, frameSizeMax: undefined,
    });
    await server.tell("refuse");
    const waiting = Promise.all([patient.waitConnected(time), patient.call("add", 1, 2)]);
    await assert.rejects(patient.waitConnected(5, { retry: false }), { reason: "not_connected" });
    await server.tell("heal");
    assert.equal((await waiting)[1], 3);
    await patient.close();
  }
});

withServer("arguments that cannot be", async (client) => {
  for (const address of ["127.0.0.1:1", "http://here:1", "tcp://here", "tcp://:1",
    "tcp://h:99999", "tcp://\ud800:1", "tls://a\udc00\ud800:1"]) {
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
  const place = server.addresses.tcp.replace("tcp://", "");
  assert.match((await promisify(execFile)(process.execPath, [script, place, "list"],
    { env: { ...process.env, GATEWIRE_TOKEN: "sesame" } })).stdout, /^add\(a: integer/);
  assert.equal((await run("sesame", "call", "whoami")).stdout, '"alice"\n');
  assert.equal((await run("sesame", "call", "echo", 'value={"a": [1]}')).stdout, '{"a":[1]}\n');
  await assert.rejects(run("no", "call", "whoami"), { code: 1, stderr: /unauthenticated/ });
  for (const words of [["--help"], ["-h"], ["call", "--help"], [server.addresses.tcp, "--help"],
    [server.addresses.tcp, "call", "--help"], [server.addresses.tcp, "watch", "-h"]]) {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...words]);
    assert.match(stdout, /^gatewire-js ADDRESS list \|/);
    assert.equal(stderr, "");
  }
  for (const words of [[], ["call"], [server.addresses.tcp], [server.addresses.tcp, "call"]]) {
    await assert.rejects(promisify(execFile)(process.execPath, [script, ...words]),
      { code: 2, stdout: "", stderr: /^gatewire-js ADDRESS list/ });
  }
  const alias = join(server.folder, "alias.mjs");
  symlinkSync(script, alias);
  assert.match((await promisify(execFile)(process.execPath, [alias, "--help"])).stdout, /watch/);
  for (const [address, reason] of [["nonsense", /invalid_address/],
    ["unix:///nowhere/at/all", /not_connected \(not_sent\).*nowhere/]]) {
    await assert.rejects(promisify(execFile)(process.execPath, [script, address, "list"]),
      { code: 1, stdout: "", stderr: reason });
  }
}, { traits: ["auth"] });
