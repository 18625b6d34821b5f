// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The protocol of the client for Node as a value: exact bytes and times in, bytes and news out.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Call, Contract, Core, Inbox, RpcError } from "../../examples/clients/node/gatewire.mjs";

const limits = {
  frame_size_max: 1000, calls_in_flight_max: 2, batch_max: 3, subscriptions_max: 9,
};

function frame(message) {
  const body = Buffer.from(typeof message === "string" ? message : JSON.stringify(message));
  const header = Buffer.alloc(4);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}

const answer = (id, result) => ({ jsonrpc: "2.0", id, result });
const welcome = (members) => answer("hello", {
  protocol: 1, session: "s", epoch: "e", resumed: false, event_position: 0, limits,
  heartbeat_ms: 4000, grace_ms: 30_000, ...members,
});
const lost = new RpcError("connection_lost", "cut");

class Bench {
  constructor(options = {}) {
    this.core = new Core("here", "", { chance: () => 1, ...options });
    this.core.start(0);
  }

  /// The messages that are to be sent.
  said() {
    let bytes = Buffer.concat(this.core.outgoing.splice(0));
    const messages = [];
    while (bytes.length) {
      const end = 4 + bytes.readUInt32BE(0);
      messages.push(JSON.parse(bytes.subarray(4, end)));
      bytes = bytes.subarray(end);
    }
    return messages;
  }

  news(kind) {
    return this.core.news.splice(0).filter((each) => each.kind === kind);
  }

  connect(now = 0, members = {}) {
    assert(this.core.wantsConnection(now));
    this.core.connecting();
    this.core.connected(now);
    const [hello] = this.said();
    this.core.received(frame(welcome(members)), now);
    return hello;
  }

  call(number, timeout = 30_000, options = {}) {
    const call = new Call("add", [number], timeout, undefined, options);
    this.core.submit([call], 0);
    return call;
  }
}

test("an answer completes its call wherever the bytes are split", () => {
  const bytes = Buffer.concat([frame(answer(1, 3)), frame(answer(2, 4))]);
  for (let cut = 0; cut <= bytes.length; ++cut) {
    const bench = new Bench();
    bench.connect();
    bench.call(1);
    bench.call(2);
    bench.core.received(bytes.subarray(0, cut), 1);
    bench.core.received(bytes.subarray(cut), 2);
    assert.deepEqual(bench.news("completed").map((each) => each.result), [3, 4]);
    assert.equal(bench.core.mustClose, undefined);
  }
});

test("calls beyond the window wait for a place", () => {
  const bench = new Bench();
  bench.connect();
  [1, 2, 3].forEach((number) => bench.call(number));
  assert.deepEqual(bench.said().map((each) => each.id), [1, 2]);
  bench.core.received(frame(answer(1, 0)), 1000);
  const [third] = bench.said();
  assert.deepEqual([third.id, third.rpc], [3, { timeout_ms: 29_000 }]);
});

test("the pause doubles and begins anew", () => {
  const bench = new Bench();
  const pauses = [];
  let now = 0;
  for (let tries = 0; tries < 9; ++tries) {
    now += 100_000;
    assert(bench.core.wantsConnection(now));
    bench.core.connecting();
    bench.core.lost(new RpcError("connection_refused", "no"), now);
    pauses.push(...bench.news("failed").map((each) => each.pause));
  }
  assert.deepEqual(pauses, [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  assert(!bench.core.wantsConnection(now + 4999));
  bench.connect(now + 5000);
  bench.core.lost(lost, now + 6000);
  assert.deepEqual(bench.news("failed").map((each) => each.pause), [50]);
});

/// Lets the client connect and refuses its hello. @return What it was told of that.
function refuse(bench, now, code = -32001, message = "this token is not known") {
  assert(bench.core.wantsConnection(now));
  bench.core.connecting();
  bench.core.connected(now);
  bench.said();
  bench.core.received(frame({ jsonrpc: "2.0", id: "hello", error: { code, message } }), now);
  bench.core.lost(bench.core.mustClose, now);
  const [failed] = bench.news("failed");
  return failed;
}

test("a refusal brings the longest pause at once and is known until it is another", () => {
  for (const [code, reason] of [[-32001, "unauthenticated"], [-32002, "forbidden"],
    [-32601, "method_not_found"], [-32602, "invalid_params"]]) {
    const failed = refuse(new Bench(), 0, code);
    assert.deepEqual([failed.error.reason, failed.pause, failed.isKnown], [reason, 5000, false]);
  }
  const bench = new Bench();
  const told = [refuse(bench, 0), refuse(bench, 5000), refuse(bench, 10_000, -32001, "no more"),
    refuse(bench, 15_000, -32001, "no more")];
  assert.deepEqual(told.map((each) => [each.pause, each.isKnown]),
    [[5000, false], [5000, true], [5000, false], [5000, true]]);
  bench.connect(20_000);
  bench.core.lost(lost, 21_000);
  assert.deepEqual(bench.news("failed").map((each) => each.pause), [50]);
  assert.equal(refuse(bench, 22_000, -32001, "no more").isKnown, false);
});

test("a server that is full or stopping is asked again soon", () => {
  for (const code of [-32005, -32006, -32603]) {
    assert.equal(refuse(new Bench(), 0, code).pause, 50);
  }
});

test("calls of a client that is refused fail at once until it asks again", () => {
  const bench = new Bench();
  refuse(bench, 0);
  bench.call(1);
  const [{ error }] = bench.news("completed");
  assert.deepEqual([error.reason, error.outcome, error.message], ["unauthenticated", "not_sent",
    "the server refused the hello: this token is not known"]);
  bench.core.connecting();
  bench.core.connected(5000);
  bench.call(2);
  assert.deepEqual(bench.news("completed"), []);
  bench.core.received(frame(welcome({})), 5000);
  assert.equal(bench.said().at(-1).method, "add");
});

test("a ping is sent when it is quiet, and silence ends the connection", () => {
  const bench = new Bench();
  bench.connect();
  bench.said();
  assert.equal(bench.core.deadline(), 4000);
  bench.core.onTime(4000);
  const [ack, ping] = bench.said();
  assert.deepEqual([ack.method, ack.params, ping.method], ["rpc.ack", { answers: 1 }, "rpc.ping"]);
  bench.core.received(frame(answer("ping", {})), 5000);
  bench.core.onTime(19_999);
  assert.equal(bench.core.mustClose, undefined);
  bench.core.onTime(20_000);
  assert.equal(bench.core.mustClose.reason, "peer_silent");
});

test("a hello without an answer is given up", () => {
  const bench = new Bench();
  bench.core.connecting();
  bench.core.connected(0);
  assert.equal(bench.core.deadline(), 10_000);
  bench.core.onTime(10_000);
  assert.equal(bench.core.mustClose.reason, "peer_silent");
});

test("a session goes on with what it says", () => {
  const bench = new Bench();
  bench.core.change("trade", [], true, new Call("rpc.subscribe", [], 30_000), 0);
  bench.connect();
  const [[wish]] = bench.said();
  bench.core.received(frame([answer(wish.id, { position: 7 })]), 0);
  bench.call(1);
  bench.call(2);
  bench.core.received(
    frame({ jsonrpc: "2.0", method: "trade", params: { seq: 9, data: 5 } }), 1000);
  bench.core.received(frame(answer(2, 0)), 1000);
  assert.deepEqual(bench.news("event"), [{ kind: "event", name: "trade", seq: 9, data: 5 }]);
  bench.said();
  bench.core.lost(lost, 2000);
  assert.deepEqual(bench.core.news.splice(0).map((each) => each.kind), ["disconnected", "failed"]);
  assert.deepEqual(bench.connect(3000, { resumed: true }).params, {
    protocol: 1, session: "s", epoch: "e", last_event: 9, answers: 3, attempt: 1,
    events: { trade: 9 },
  });
  const [again, call, ack] = bench.said();
  assert.deepEqual(again.params, { event: "trade" });
  assert.deepEqual([call.id, call.params, call.rpc], [3, [2], { timeout_ms: 27_000 }]);
  assert.deepEqual(ack.params, { answers: 4 });
  assert.deepEqual(bench.news("completed"), []);
});

test("calls that are sent again keep their places", () => {
  const bench = new Bench();
  bench.connect();
  [1, 2, 3].forEach((number) => bench.call(number));
  bench.core.lost(lost, 1000);
  bench.connect(2000, { resumed: true });
  assert.deepEqual(bench.said().map((each) => each.id), [1, 2, undefined]);
  bench.core.received(frame(answer(2, 0)), 3000);
  assert.deepEqual(bench.said().map((each) => each.id), [3]);
});

test("a client that leaves says so", () => {
  const bench = new Bench();
  bench.connect();
  bench.call(1);
  bench.said();
  bench.core.news = [];
  bench.core.stop("done");
  const [bye] = bench.said();
  assert.deepEqual([bye.method, bye.params], ["rpc.bye", { reason: "done" }]);
  assert.deepEqual(bench.core.news.map((each) => each.kind), ["disconnected", "completed"]);
  assert.equal(bench.core.deadline(), Infinity);
});

test("a session that does not go on in time ends its calls", () => {
  const bench = new Bench();
  bench.connect(0, { grace_ms: 2000 });
  const ended = bench.call(1, 60_000);
  bench.call(2, 60_000, { idempotent: true });
  bench.core.lost(lost, 1000);
  bench.core.onTime(2999);
  assert.deepEqual(bench.news("completed"), []);
  bench.core.onTime(3000);
  const [{ call, error }] = bench.news("completed");
  assert.deepEqual([call, error.reason, error.outcome],
    [ended, "connection_lost", "may_have_run"]);
});

test("a method that the server ends at its deadline may have run", () => {
  for (const [data, ...wanted] of [[{}, "cancelled", "failed"],
    [{ data: "deadline" }, "deadline_exceeded", "may_have_run"]]) {
    const error = { code: -32004, message: "the call ended", ...data };
    const bench = new Bench();
    bench.connect();
    bench.call(1, 1000);
    bench.core.received(frame({ jsonrpc: "2.0", id: 1, error }), 900);
    const [ended] = bench.news("completed");
    assert.deepEqual([ended.error.reason, ended.error.outcome], wanted);
  }
});

test("a call whose time is over is not sent, however late the timers are", () => {
  const bench = new Bench();
  bench.connect();
  [1, 2].forEach((number) => bench.call(number));
  const [late, third] = [bench.call(3, 5000), bench.call(4)];
  bench.said();
  bench.core.received(frame(answer(1, 0)), 6000); // On time would have been at 5000.
  const ended = bench.news("completed").filter((each) => each.error);
  assert.deepEqual(ended.map(({ call, error }) => [call, error.reason, error.outcome]),
    [[late, "deadline_exceeded", "not_sent"]]);
  assert.deepEqual(bench.said().map((each) => each.id), [third.id]);
});

test("answers are acknowledged after 64 of them", () => {
  const bench = new Bench();
  bench.connect();
  for (let number = 1; number < 64; ++number) {
    bench.call(number);
    bench.core.received(frame(answer(number, 0)), 0);
  }
  const acks = bench.said().filter((each) => each.method === "rpc.ack");
  assert.deepEqual(acks.map((each) => each.params), [{ answers: 64 }]);
});

test("what makes no sense ends the connection", () => {
  const refusal = { jsonrpc: "2.0", id: null, error: { code: -32700, message: "x" } };
  for (const [bytes, reason] of [
    [frame('"text"'), "protocol_violation"], [frame({ id: 1 }), "protocol_violation"],
    [frame("null"), "protocol_violation"], [frame(""), "protocol_violation"],
    [Buffer.from([0, 0, 0, 2, 255, 255]), "protocol_violation"],
    [frame("NaN"), "protocol_violation"], [frame(refusal), "protocol_violation"],
    [frame({ jsonrpc: "2.0", id: 1 }), "protocol_violation"],
    [Buffer.from([127, 0, 0, 0]), "frame_too_large"]]) {
    const bench = new Bench();
    bench.connect();
    bench.core.received(bytes, 1);
    assert.equal(bench.core.mustClose?.reason, reason, bytes.toString());
  }
});

test("another protocol is named", () => {
  for (const [words, text] of [["HTTP/1.1 400 Bad Request\r\n\r\n", /speaks HTTP/],
    ["SSH-2.0-x\r\n", /speaks SSH/], ["\x15\x03\x01\0\x02\x02F", /speaks TLS.*tls:/],
    ["\x7f\0\0\0", /frame of 2130706432 bytes/]]) {
    const bench = new Bench();
    bench.core.connecting();
    bench.core.connected(0);
    bench.core.received(Buffer.from(words, "latin1"), 1);
    assert.match(bench.core.mustClose.message, text);
  }
});

test("calls that nobody sends are bounded and forgotten", () => {
  const bench = new Bench({ callsPendingMax: 2, queueSizeMax: 500 });
  bench.call(1, 1000);
  bench.call(2, 1000);
  const third = bench.call(3);
  const [refused] = bench.news("completed");
  assert.deepEqual([refused.call, refused.error.reason, refused.error.outcome],
    [third, "overloaded", "not_sent"]);
  bench.core.onTime(1000);
  assert.deepEqual(bench.news("completed").map((each) => each.error.outcome),
    ["not_sent", "not_sent"]);
  bench.call("x".repeat(500));
  assert.equal(bench.news("completed")[0].error.reason, "overloaded");
  bench.call(4, 5000);
  bench.connect(2000);
  assert.deepEqual(bench.said().map((each) => each.params), [[4]]);
});

test("names and numbers of arguments are checked", () => {
  const contract = new Contract({
    methods: [
      { name: "rpc.ping", params: [] },
      {
        name: "add",
        params: [{ name: "a", required: true, schema: { type: "integer" } },
          { name: "b", schema: { $ref: "#/components/schemas/bar" } }],
        result: { name: "result", schema: { type: "array", items: { type: "number" } } },
      },
      { name: "move", paramStructure: "by-position", params: [{ name: "p1" }] },
    ],
  });
  const signature = "add(a: integer, b: bar) -> [number]";
  for (const params of [[1], [1, 2], { a: 1 }, { b: 1, a: 2 }]) contract.check("add", params);
  for (const [method, params, message] of [
    ["add", [], `${signature} takes 1 to 2 arguments, not 0`],
    ["add", { b: 1 }, `${signature} needs the argument 'a'`],
    ["add", { a: 1, c: 1 }, `${signature} has no parameter 'c'`],
    ["move", { p1: 1 }, "move(p1: any) -> any takes its arguments by position only"],
    ["ad", [], "the server has no method 'ad'; did you mean 'add'?"],
    ["elephant", [], "the server has no method 'elephant'"]]) {
    assert.throws(() => contract.check(method, params), { message, outcome: "not_sent" });
  }
});

test("events over the limit are a gap in their place", async () => {
  const inbox = new Inbox(2);
  for (let seq = 1; seq < 6; ++seq) inbox.push({ kind: "event", seq });
  assert.deepEqual([inbox.pop().seq, inbox.pop().seq], [1, 2]);
  const gap = inbox.pop();
  assert.deepEqual([gap.kind, gap.first, gap.last], ["gap", 3, 5]);
  inbox.push({ kind: "event", seq: 6 });
  assert.equal((await inbox.get()).seq, 6);
  inbox.close();
  assert.equal(await inbox.get(), undefined);
});

const wish = (bench, keys, isWanted = true) => {
  const call = new Call("rpc.subscribe", [], 30_000);
  bench.core.change("trade", keys, isWanted, call, 0);
  return call;
};
const numbered = (count) => Array.from({ length: count }, (_, at) => `symbol${10_000 + at}`);

test("many keys go in parts that fit into a frame", () => {
  for (const isEarly of [true, false]) {
    const bench = new Bench();
    const keys = numbered(200);
    const more = { limits: { ...limits, subscriptions_max: 1000 } };
    if (!isEarly) bench.connect(0, more);
    const call = wish(bench, keys);
    if (isEarly) bench.connect(0, more);
    for (const bytes of bench.core.outgoing) assert(bytes.length <= limits.frame_size_max + 4);
    const parts = bench.said().flat();
    assert.deepEqual(parts.flatMap((part) => part.params.keys), keys);
    for (const part of parts) {
      assert.deepEqual(bench.news("completed"), []);
      bench.core.received(frame(answer(part.id, { position: 3 })), 0);
    }
    const [done] = bench.news("completed");
    assert.deepEqual([done.call, done.result], [call, 3]);
    wish(bench, keys, false);
    assert.deepEqual(bench.said().flatMap((part) => part.params.keys), keys);
  }
});

test("of parts that are refused nothing is wanted or left", () => {
  const bench = new Bench();
  bench.connect();
  wish(bench, ["kept"]);
  bench.core.received(frame(answer(bench.said()[0].id, { position: 1 })), 0);
  bench.news("completed");
  wish(bench, numbered(100));
  const [first, ...rest] = bench.said();
  bench.core.received(frame(answer(first.id, { position: 1 })), 0);
  for (const { id } of rest) {
    bench.core.received(frame({ jsonrpc: "2.0", id, error: { code: -32005, message: "many" } }), 0);
  }
  assert.deepEqual(bench.news("completed").map((each) => each.error.reason), ["overloaded"]);
  assert(bench.said().every((each) => each.method === "rpc.unsubscribe"));
  bench.core.lost(lost, 1);
  bench.connect(2000);
  assert.deepEqual(bench.said()[0][0].params, { event: "trade", keys: ["kept"] });
});

test("a new server is asked for as much as it takes", () => {
  const bench = new Bench();
  wish(bench, numbered(20));
  bench.connect();
  assert.equal(bench.said()[0][0].params.keys.length, limits.subscriptions_max);
  assert.deepEqual(bench.news("completed").map((each) => each.error.reason), ["overloaded"]);
});

test("a key that fits into no frame is refused, and the connection stays", () => {
  const bench = new Bench();
  bench.connect();
  wish(bench, ["x".repeat(2000)]);
  assert.deepEqual(bench.news("completed").map((each) => each.error.reason), ["frame_too_large"]);
  assert.deepEqual(bench.said(), []);
});

test("ended keys are forgotten when they have ended", () => {
  const bench = new Bench();
  bench.connect();
  wish(bench, ["a", "b"]);
  wish(bench, ["a"], false);
  for (const { id } of bench.said()) {
    bench.core.received(frame(answer(id, { position: 1 })), 0);
  }
  wish(bench, ["b"], false); // Whether this arrived, nobody knows.
  wish(bench, ["c"]);
  bench.said();
  bench.core.lost(lost, 1);
  bench.connect(2000, { resumed: true });
  assert.deepEqual(bench.said().filter((each) => each.method !== "rpc.ack")
    .map((each) => [each.method, each.params.keys]),
  [["rpc.subscribe", ["c"]], ["rpc.unsubscribe", ["b"]]]);
});
