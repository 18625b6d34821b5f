#!/usr/bin/env node
// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

/// A client for gatewire servers in one file: Node 18 or later, no dependency.
///
///     import { Client } from "gatewire";
///
///     const client = new Client("tcp://127.0.0.1:2014");
///     console.log(await client.call("add", 1, 2));     // or client.remote.add(1, 2)
///     for await (const event of client.events("tick", "rb2405")) console.log(event.data);
///
/// It keeps a session: a lost connection is made again, calls that were not answered are sent again
/// and run once, missed events follow. From a shell, as `gatewire-js` or `node gatewire.mjs`:
///
///     gatewire-js 127.0.0.1:2014 list
///     gatewire-js 127.0.0.1:2014 call add 1 2
///     gatewire-js 127.0.0.1:2014 watch tick rb2405
///
/// The parts, from the bottom: `Core` is the protocol as a value, bytes and time go in, bytes and
/// completions come out; `Driver` carries out on sockets what it says; `Client` is its face. Times
/// are milliseconds. Numbers are JavaScript's: integers beyond 2^53 lose their last digits.

import { realpathSync } from "node:fs";
import net from "node:net";
import tls from "node:tls";
import { pathToFileURL } from "node:url";
import { inspect, types } from "node:util";

const protocolVersion = 1;
const partSizeMax = 65_536; // bytes of keys that one request holds
const ackAnswers = 64; // So many answers, or bytes of them, are told to the server at the latest.
const ackBytes = 64 << 10;
const depthMax = 62; // Of arguments: servers read 64 levels, and a batch has two of its own.
const timerMax = 0x7fffffff; // setTimeout takes longer times for none at all.

// --- errors and values ---------------------------------------------------------------------------

const nameOfCode = new Map([
  [-32700, "invalid_request"], [-32600, "invalid_request"], [-32601, "method_not_found"],
  [-32602, "invalid_params"], [-32603, "internal_error"], [-32001, "unauthenticated"],
  [-32002, "forbidden"], [-32003, "deadline_exceeded"], [-32004, "cancelled"],
  [-32005, "overloaded"], [-32006, "shutting_down"], [-32007, "key_conflict"],
  [-32008, "answer_too_large"], [-32009, "outcome_unknown"],
]);
// A server that answers a hello like this answers the next one likewise.
const refusals = new Set(["unauthenticated", "forbidden", "contract_mismatch", "method_not_found",
  "invalid_params", "invalid_request"]);
const codeOfName = new Map([...nameOfCode].map(([code, name]) => [name, code]));
// These are sent before anything ran; -32009 says that nobody knows.
const outcomeOfCode = new Map([
  [-32003, "not_sent"], [-32005, "not_sent"], [-32006, "not_sent"], [-32009, "may_have_run"],
]);

/// Why a call failed. `code` is the JSON-RPC code, for errors of this side the nearest one, or 0
/// where none is near: a lost connection has no code. `reason` is what it means, as in `rpc::errc`
/// ("deadline_exceeded", "connection_lost", ...).
/// `outcome` says what the call may have done: "not_sent" (safe to repeat), "may_have_run" (ask
/// before repeating) or "failed" (the server answered). `data` is what the server added.
export class RpcError extends Error {
  constructor(reason, message, outcome = "failed", code = undefined, data = undefined) {
    super(message);
    this.name = "RpcError";
    this.reason = reason;
    this.outcome = outcome;
    this.code = code ?? codeOfName.get(reason) ?? 0;
    this.data = data;
  }

  toString() {
    const code = this.code ? `${this.code}, ` : "";
    return `${this.reason} (${code}${this.outcome}): ${this.message}`;
  }

  /// The error object of the answer to a call of `method`.
  static fromPeer(error, method = "") {
    const code = Number.isInteger(error?.code) ? error.code : -32603;
    let text = String(error?.message ?? "");
    if (code === -32601 && !text.includes(`'${method}'`)) text += `: '${method}'`;
    return new RpcError(nameOfCode.get(code) ?? "engine_error", text,
      outcomeOfCode.get(code) ?? "failed", code, error?.data);
  }
}

const defaults = {
  callTimeout: 30_000, // of a call, waiting for a connection included
  connectTimeout: 10_000, // of connecting, and of the hello
  heartbeat: 5_000, // rest before a ping; the server's wish wins if shorter
  heartbeatTimeout: 15_000, // a server that is silent so long is given up
  backoffMin: 50, // the first pause before connecting again is at most this,
  backoffMax: 5_000, // a later one twice the one before, and at most that; so long at once where
  // the server refuses this client
  frameSizeMax: 16 << 20, // bytes of a frame from the server
  callsPendingMax: 65_536, // calls that have not ended
  queueSizeMax: 32 << 20, // bytes of calls that wait to be sent
  eventsWaitingMax: 100_000, // events that nobody has taken yet; more become a gap
  chance: Math.random, // draws the pauses, from 0 to 1
};

const times = ["callTimeout", "connectTimeout", "heartbeat", "heartbeatTimeout", "backoffMin",
  "backoffMax"];
const limits = ["frameSizeMax", "callsPendingMax", "queueSizeMax", "eventsWaitingMax"];

/// All options; those that are not given, or undefined, as they are by default.
function completed(given) {
  const options = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) options[name] = value;
  }
  for (const name of times) options[name] = checkTime(options[name], name);
  for (const name of limits) {
    if (!(typeof options[name] === "number" && options[name] >= 0)) {
      throw invalid(`${name} is no number: ${shown(options[name])}`);
    }
  }
  return options;
}

// --- JSON and frames -----------------------------------------------------------------------------

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const invalid = (text) => new RpcError("invalid_value", text, "not_sent");
const isBroken = (text) => /\p{Surrogate}/u.test(text); // With "u" a whole pair is no surrogate.
const shown = (value) => inspect(value, {
  customInspect: false, depth: 0, breakLength: Infinity, maxStringLength: 40,
});

/// A text as it can be sent: half of a surrogate pair has no form in UTF-8.
function checkText(value, what) {
  if (typeof value !== "string") throw invalid(`${what} is no text: ${shown(value)}`);
  if (isBroken(value)) throw invalid(`${what} has half of a surrogate pair`);
  return value;
}

/// A text that a person reads and no program: what cannot be sent of it is replaced.
const mended = (text) => Buffer.from(String(text)).toString();

/// Milliseconds that can be waited; fewer than none are none.
function checkTime(value, what) {
  if (!Number.isFinite(value)) throw invalid(`${what} is no time in milliseconds: ${shown(value)}`);
  return Math.max(0, value);
}

/// What JSON writes as an object, although its content is in no member of it.
const isOpaque = (value) =>
  [types.isMap, types.isSet, types.isPromise, types.isNativeError, types.isAnyArrayBuffer,
    types.isArrayBufferView].some((is) => is(value));

/// Whether an object is meant to be its members: it has some, or its kind has nothing else.
function isRecord(value) {
  const kind = Object.getPrototypeOf(value);
  const isPlain = kind === null || Object.getPrototypeOf(kind) === null;
  return !isOpaque(value) && (isPlain || Object.keys(value).length > 0);
}

/// A replacer that refuses what JSON would send as something else without a word: as `null`, as
/// `{}`, or not at all. It also bounds the depth, as servers do.
function strictly(root) {
  const places = new Map(); // of objects on the way to here: {text, depth}
  return function refuse(name, given) {
    // `given` is what toJSON gave, if there is one: for a date that is none, null.
    const value = given === null && types.isDate(this[name]) ? this[name]
      : types.isBoxedPrimitive(given) ? given.valueOf() : given;
    const parent = places.get(this);
    const place = () => (!parent ? root
      : parent.text + (Array.isArray(this) ? `[${name}]` : `.${name}`));
    if (isBroken(name)) throw invalid(`${parent.text}: a name has half of a surrogate pair`);
    if (value === null || typeof value === "boolean" || Number.isFinite(value)) return value;
    if (typeof value === "string") return isBroken(value) ? checkText(value, place()) : value;
    if (typeof value !== "object" || types.isDate(value) ||
        !(Array.isArray(value) || isRecord(value))) {
      throw invalid(`${place()} has no JSON form: ${shown(value)}`);
    }
    const depth = (parent?.depth ?? 0) + 1;
    if (depth > depthMax) throw invalid(`${root} is nested more than ${depthMax} deep`);
    places.set(value, { text: place(), depth });
    return value;
  };
}

function encode(value, what = "message") {
  try {
    return JSON.stringify(value, strictly(what));
  } catch (problem) { // Whatever a toJSON or a getter throws.
    if (problem instanceof RpcError) throw problem;
    throw invalid(`${what}: ${types.isNativeError(problem) ? problem.message : shown(problem)}`);
  }
}

/// The arguments of a call: a list by position, an object by name.
function encodeParams(params) {
  const text = encode(params, "params");
  if (!/^[[{]/.test(text)) throw invalid(`params is no list and no object: ${shown(params)}`);
  return text;
}

function frame(text) {
  const size = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(4 + size);
  bytes.writeUInt32BE(size);
  bytes.write(text, 4);
  return bytes;
}

const otherProtocols = Object.entries({
  HTTP: "HTTP", "<!DO": "HTTP", "<htm": "HTTP", "SSH-": "SSH", "\x15\x03": "TLS", INFO: "NATS",
  "-ERR": "Redis", "220 ": "FTP or SMTP",
});

/// Cuts the bytes of a connection into frames.
class FrameReader {
  #chunks = [];
  #size = 0;
  #wanted = 4;

  constructor(sizeMax) {
    this.sizeMax = sizeMax;
  }

  /// The bodies of the frames that are whole now. It throws at a length over the limit.
  *feed(data) {
    this.#chunks.push(data);
    this.#size += data.length;
    while (this.#size >= this.#wanted) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
      const size = bytes.readUInt32BE(0);
      this.#chunks = [bytes];
      if (size > this.sizeMax) throw this.#refusal(size, bytes.toString("latin1", 0, 4));
      this.#wanted = 4 + size;
      if (this.#size >= this.#wanted) {
        this.#chunks = [bytes.subarray(this.#wanted)];
        this.#size -= this.#wanted;
        this.#wanted = 4;
        yield bytes.subarray(4, 4 + size);
      }
    }
  }

  /// Such a length is most often another protocol's first words.
  #refusal(size, words) {
    const [, protocol] = otherProtocols.find(([begin]) => words.startsWith(begin)) ?? [];
    const hint = protocol === "TLS" ? "; its address begins with tls://" : "";
    return new RpcError("frame_too_large", protocol
      ? `the server speaks ${protocol}, not gatewire's protocol${hint}`
      : `the server sent a frame of ${size} bytes, over the limit of ${this.sizeMax}`);
  }
}

// --- what a server serves ------------------------------------------------------------------------

function typeName(schema) {
  if (schema === null || typeof schema !== "object") return "any";
  if (schema.$ref) return schema.$ref.split("/").pop();
  const choice = schema.oneOf ?? schema.anyOf;
  if (choice) return choice.map(typeName).join(" or ");
  if (schema.type === "array") return `[${typeName(schema.items)}]`;
  return [schema.type ?? "any"].flat().join(" or ");
}

/// The known name that is nearest to a wrong one, if any is near.
function nearest(wrong, names) {
  let best;
  let bestDistance = Math.max(1, Math.floor(wrong.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wrong, name, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

function editDistance(a, b, limit) {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; ++i) {
    const next = [i];
    for (let j = 1; j <= b.length; ++j) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
    }
    row = next;
  }
  return row[b.length];
}

/// An OpenRPC document, as `rpc.discover` answers it, and what can be checked by it.
export class Contract {
  constructor(document) {
    this.document = document;
    const byName = (list) => new Map((list ?? []).map((each) => [each.name, each]));
    this.methods = byName(document.methods);
    for (const name of [...this.methods.keys()].filter((each) => each.startsWith("rpc."))) {
      this.methods.delete(name);
    }
    this.events = byName(document["x-events"]);
  }

  /// Throws if the server would refuse this call: its name, or number or names of its arguments.
  check(method, params) {
    if (method.startsWith("rpc.")) return;
    const entry = this.methods.get(method);
    if (!entry) {
      const near = nearest(method, this.methods.keys());
      throw new RpcError("method_not_found", `the server has no method '${method}'` +
        (near ? `; did you mean '${near}'?` : ""), "not_sent");
    }
    const wanted = entry.params ?? [];
    const required = wanted.filter((each) => each.required).map((each) => each.name);
    const wrong = Array.isArray(params)
      ? wrongCount(params.length, required.length, wanted.length)
      : wrongNames(params, entry, required);
    if (wrong) {
      throw new RpcError("invalid_params", `${this.signature(method)} ${wrong}`, "not_sent");
    }
  }

  /// The method as a person writes it: `add(a: integer, b: integer) -> integer`.
  signature(method) {
    const entry = this.methods.get(method);
    const params = (entry.params ?? []).map((each) => `${each.name}: ${typeName(each.schema)}`);
    return `${method}(${params.join(", ")}) -> ${typeName(entry.result?.schema)}`;
  }
}

function wrongCount(given, least, most) {
  if (given >= least && given <= most) return undefined;
  return `takes ${least === most ? most : `${least} to ${most}`} arguments, not ${given}`;
}

function wrongNames(params, entry, required) {
  if (entry.paramStructure === "by-position") return "takes its arguments by position only";
  const known = (entry.params ?? []).map((each) => each.name);
  const strange = Object.keys(params).find((name) => !known.includes(name));
  if (strange !== undefined) return `has no parameter '${strange}'`;
  const missing = required.find((name) => !Object.hasOwn(params, name));
  return missing === undefined ? undefined : `needs the argument '${missing}'`;
}

// --- the protocol as a value ---------------------------------------------------------------------

/// A call on its way. `waiter(result, error)` is whoever made it; the core never runs it.
export class Call {
  constructor(method, params, timeout, waiter = undefined, options = {}) {
    this.method = checkText(method, "the method's name");
    this.text = `{"jsonrpc":"2.0","method":${encode(method)},"params":${encodeParams(params)}`;
    this.size = Buffer.byteLength(this.text);
    this.timeout = checkTime(timeout, "timeout");
    this.waiter = waiter;
    this.extras = {};
    for (const name of ["key", "epoch"]) {
      if (options[name] !== undefined) this.extras[name] = checkText(options[name], name);
    }
    if (this.extras.key === "") throw invalid("key is empty");
    this.isIdempotent = Boolean(options.idempotent);
    this.isNotification = Boolean(options.isNotification);
    this.isSent = this.isWaiting = false;
    this.before = undefined; // what was wanted, where this changes it
    this.id = this.order = 0;
    this.deadline = Infinity;
  }

  encode(now) {
    if (this.isNotification) return `${this.text}}`;
    const left = Math.min(Math.max(0, Math.ceil(this.deadline - now)), 0xffffffff);
    return `${this.text},"rpc":${encode({ timeout_ms: left, ...this.extras })},"id":${this.id}}`;
  }
}

/// What is wanted of one event.
class Wish {
  isWhole = false;
  keys = new Set();
  ended = new Set(); // Keys that were wanted; the server may not know yet.

  get isAny() {
    return this.isWhole || this.keys.size > 0;
  }

  copy() {
    const other = new Wish();
    other.isWhole = this.isWhole;
    other.keys = new Set(this.keys);
    other.ended = new Set(this.ended);
    return other;
  }
}

const sizeOf = (text) => Buffer.byteLength(encode(text));

const ownRequest = (method, id, params) =>
  ({ jsonrpc: "2.0", method, params, ...(id === undefined ? {} : { id }) });
const subscription = (event, keys) =>
  (keys.length ? { event, keys: [...keys].sort() } : { event });

/// A client's protocol, without I/O.
///
/// The driver tells what happened, with the time, and then carries out what it finds: `outgoing`
/// must be sent, `news` be delivered in their order, `mustClose` ends the connection, a connection
/// is made when `wantsConnection` says so, and `onTime` is called when `deadline()` has come.
///
/// News are `{kind, ...}`: completed (call, result, error), event (name, seq, data), gap (first,
/// last, reason), connected (info), disconnected (error), failed (error, pause, isKnown: the server
/// refused this client for the same reason the time before).
export class Core {
  outgoing = [];
  news = [];
  mustClose = undefined;
  unsent = 0; // Bytes that the driver could not send yet.
  refusal = undefined; // What the server says until it is asked again.
  epoch = ""; // Of the server's run; empty before the first session.

  #address;
  #token;
  #options;
  #state = "stopped"; // idle, connecting, greeting, subscribing, ready
  #connectAt = Infinity;
  #pauseBound;
  #lastRefusal = "";
  // Calls.
  #lastId = 0;
  #pending = new Map();
  #waiting = []; // each in one frame, if it goes
  #waitingSize = 0;
  #sent = 0;
  #inFlight = 0;
  #lostUntil = Infinity; // a lost session may go on until then
  #lostError = undefined;
  #failure = undefined; // why there is no connection
  #earliest = Infinity; // not later than the earliest deadline
  // The session: what it needs to go on.
  #session = "";
  #newest = 0;
  #newestOf = new Map();
  #base = 0; // `seq` before which nothing was wanted
  #answersBase = 0; // answers that arrived in the session before this connection
  #attempts = 0;
  // The connection.
  #reader;
  #welcome = {};
  #heartbeat = 0;
  #position = 0;
  #isOver = false;
  #answers = 0;
  #told = 0;
  #untoldBytes = 0;
  #opened = 0;
  #lastSent = 0;
  #lastReceived = 0;
  #lastPing = -Infinity;
  // Subscriptions.
  #wishes = new Map();
  #lastWish = 0;
  #asked = new Map(); // by request id
  #late = []; // for when it is ready
  #unsettled = new Map(); // wishes of a connection that was lost, by event
  #openWishes = 0;

  constructor(address, token, options) {
    this.#address = address;
    this.#token = checkText(token ?? "", "the token");
    this.#options = completed(options);
    this.#pauseBound = this.#options.backoffMin;
  }

  // What the driver says.

  start(now) {
    if (this.#state === "stopped") [this.#state, this.#connectAt] = ["idle", now];
  }

  wantsConnection(now) {
    return this.#state === "idle" && now >= this.#connectAt;
  }

  connecting() {
    this.#state = "connecting";
  }

  /// There is a connection: says hello.
  connected(now) {
    this.#state = "greeting";
    this.refusal = undefined;
    this.#reader = new FrameReader(this.#options.frameSizeMax);
    this.#welcome = {};
    this.#isOver = false;
    this.#heartbeat = this.#options.heartbeat;
    this.#answers = this.#told = this.#untoldBytes = 0;
    this.#opened = this.#lastSent = this.#lastReceived = now;
    this.#lastPing = -Infinity;
    this.#ask("rpc.hello", "hello", this.#hello());
  }

  received(data, now) {
    this.#lastReceived = now;
    try {
      for (const body of this.#reader.feed(data)) {
        this.#receiveFrame(body, now);
        if (this.mustClose) return;
      }
    } catch (problem) {
      if (!(problem instanceof RpcError)) throw problem;
      this.#fail(problem);
      return;
    }
    this.#acknowledge(
      this.#answers - this.#told >= ackAnswers || this.#untoldBytes >= ackBytes);
    this.#pump(now);
  }

  /// The connection ended, or none came about.
  lost(why, now) {
    if (this.#state === "stopped" || this.#state === "idle") return;
    const wasReady = this.#state === "ready";
    const isLoss = why.reason === "connection_lost" || why.reason === "peer_silent";
    const grace = isLoss && !this.#isOver ? this.#grace() : 0;
    this.#state = "idle";
    this.outgoing = [];
    this.mustClose = undefined;
    this.#unsettleAll();
    if (this.#isOver) this.#session = "";
    if (wasReady) {
      this.#answersBase += this.#answers;
      this.news.push({ kind: "disconnected", error: why });
    }
    const isRefused = !wasReady && refusals.has(why.reason);
    this.refusal = isRefused ? why : undefined;
    if (isRefused) {
      this.#lostUntil = Infinity;
      this.#endAll(why);
    } else if (wasReady) {
      this.#lostError = new RpcError("connection_lost",
        `the connection was lost: ${why.message}`, "may_have_run");
      this.#lostUntil = grace ? now + grace : Infinity;
      if (!grace) this.#endSent(this.#lostError, true);
    }
    let pause = this.#options.chance() * this.#pauseBound;
    this.#pauseBound = Math.min(2 * this.#pauseBound, this.#options.backoffMax);
    if (isRefused) pause = this.#pauseBound = this.#options.backoffMax;
    const isKnown = isRefused && this.#lastRefusal === why.message;
    this.#lastRefusal = isRefused ? why.message : "";
    this.#connectAt = now + pause;
    this.#failure = why;
    this.news.push({ kind: "failed", error: why, pause, isKnown });
  }

  /// Ends the session and every call; the driver sends what there is, then closes.
  stop(why) {
    if (this.#state === "ready") {
      if (this.#grace()) this.#ask("rpc.bye", undefined, { reason: mended(why) });
      this.news.push({ kind: "disconnected", error: new RpcError("cancelled", why) });
    }
    this.#state = "stopped";
    this.#connectAt = this.#lostUntil = Infinity;
    this.refusal = undefined;
    this.#lastRefusal = "";
    this.#session = "";
    this.#asked.clear();
    this.#late = [];
    this.#endAll(new RpcError("cancelled", why));
  }

  onTime(now) {
    this.#checkPatience(now);
    if (now >= this.#earliest) this.#expire(now);
    if (now >= this.#lostUntil) {
      this.#lostUntil = Infinity;
      this.#endSent(this.#lostError, true);
    }
    this.#pump(now);
  }

  /// When `onTime` must be called next.
  deadline() {
    let first = Math.min(this.#earliest, this.#lostUntil);
    if (this.#state === "idle") {
      first = Math.min(first, this.#connectAt);
    } else if (this.#state === "greeting" || this.#state === "subscribing") {
      first = Math.min(first, this.#opened + this.#options.connectTimeout);
    } else if (this.#state === "ready") {
      first = Math.min(first, this.#lastReceived + this.#options.heartbeatTimeout,
        this.#pingTime());
    }
    return first;
  }

  // What users ask for.

  /// Takes calls, more than one as a batch; they complete through `news`.
  submit(calls, now) {
    const size = calls.reduce((sum, call) => sum + call.size, 0);
    const { callsPendingMax, queueSizeMax } = this.#options;
    let error;
    if (this.#state === "stopped") {
      error = new RpcError("not_connected", "the client is not started", "not_sent");
    } else if (this.refusal) {
      const { reason, message, code, data } = this.refusal;
      error = new RpcError(reason, message, "not_sent", code, data);
    } else if (this.#pending.size + calls.length > callsPendingMax) {
      error = new RpcError("overloaded",
        `too many calls are pending: the limit is ${callsPendingMax}`, "not_sent");
    } else if (this.#waitingSize + this.unsent + size > queueSizeMax) {
      error = new RpcError("overloaded",
        `too many bytes of calls wait to be sent: the limit is ${queueSizeMax}`, "not_sent");
    }
    if (error) {
      for (const call of calls) this.news.push({ kind: "completed", call, error });
      return;
    }
    for (const call of calls) {
      this.#open(call, now);
      call.isWaiting = true;
    }
    this.#waiting.push([...calls]);
    this.#waitingSize += size;
    this.#pump(now);
  }

  /// Ends a call for this side and tells the server. Returns whether it had not ended yet.
  cancel(call, why = "the caller cancelled the call") {
    if (this.#pending.get(call.id) !== call) return false;
    this.#giveUp(call, "cancelled", why);
    return true;
  }

  /// Whether it was said what is wanted of this event.
  knows(event) {
    return this.#wishes.has(event);
  }

  /// Wants an event, or these keys of it, or no longer. `call` completes when the server has
  /// answered, with the position from which events come.
  change(event, keys, isWanted, call, now) {
    if (!this.#wishes.has(event)) this.#wishes.set(event, new Wish());
    const wish = this.#wishes.get(event);
    call.before = wish.copy();
    if (!keys.length) {
      wish.isWhole = isWanted;
      wish.keys.clear();
      wish.ended.clear();
    }
    for (const key of keys) {
      if (isWanted) {
        wish.isWhole = false;
        wish.keys.add(key);
        wish.ended.delete(key);
      } else if (wish.keys.delete(key)) {
        wish.ended.add(key);
      }
    }
    if (this.#state === "stopped") {
      const error = new RpcError("not_connected", "the client is not started", "not_sent");
      this.news.push({ kind: "completed", call, error });
      return;
    }
    this.#open(call, now);
    if (this.#state === "ready") {
      this.#askWish(event, keys, isWanted, [call]);
    } else if (this.#state === "subscribing") {
      this.#late.push([event, keys, isWanted, call]);
    } else {
      this.#unsettle(event, [call]);
    }
  }

  get isReady() {
    return this.#state === "ready";
  }

  // Sending.

  #ask(method, id, params) {
    this.outgoing.push(frame(encode(ownRequest(method, id, params))));
  }

  #hello() {
    const hello = { protocol: protocolVersion };
    if (this.#token) hello.token = this.#token;
    if (this.#session) {
      this.#attempts += 1;
      const events = {};
      for (const event of this.#wishes.keys()) {
        events[event] = this.#newestOf.get(event) ?? this.#base;
      }
      Object.assign(hello, {
        session: this.#session, epoch: this.epoch, last_event: this.#newest,
        answers: this.#answersBase, attempt: this.#attempts, events,
      });
    }
    return hello;
  }

  #frameMax() {
    return this.#limit("frame_size_max", partSizeMax) || partSizeMax;
  }

  #fits(key) {
    return sizeOf(key) + 200 <= this.#frameMax();
  }

  /// The keys in parts that fit into frames of the server; one without keys for the whole event.
  #parts(event, keys) {
    const envelope = 160 + sizeOf(event);
    const sizeMax = Math.min(this.#frameMax(), partSizeMax);
    const parts = [[]];
    let size = envelope;
    for (const key of keys) {
      const ofKey = sizeOf(key) + 1;
      if (parts.at(-1).length && size + ofKey > sizeMax) {
        parts.push([]);
        size = envelope;
      }
      parts.at(-1).push(key);
      size += ofKey;
    }
    return parts;
  }

  /// What asks for this, or ends it: a request for each part.
  #requests(event, keys, isWanted, calls) {
    const question = { event, keys, isWanted, calls, open: 0, error: undefined };
    return this.#parts(event, keys).map((part) => {
      this.#lastWish += 1;
      const id = `s${this.#lastWish}`;
      this.#asked.set(id, { question, part });
      question.open += 1;
      return encode(ownRequest(isWanted ? "rpc.subscribe" : "rpc.unsubscribe", id,
        subscription(event, part)));
    });
  }

  #askWish(event, keys, isWanted, calls) {
    if (isWanted && !keys.every((key) => this.#fits(key))) {
      // The server would end the connection, again and again.
      const error = new RpcError("frame_too_large",
        `a key of event '${event}' does not fit into a frame of the server`, "not_sent");
      for (const key of keys) {
        if (!this.#fits(key)) this.#wishes.get(event).keys.delete(key);
      }
      for (const call of calls) {
        if (call.before) this.#wishes.set(event, call.before);
        this.#complete(call, undefined, error);
      }
      return;
    }
    for (const request of this.#requests(event, keys, isWanted, calls)) {
      this.outgoing.push(frame(request));
    }
  }

  /// A new session asks for all that is wanted, in batches, so that the server answers before the
  /// first event of any of them; of more than the server takes, for what it takes.
  #subscribeAll(now) {
    this.#state = "subscribing";
    const requests = [];
    let room = this.#limit("subscriptions_max", 0) || Infinity;
    for (const [event, wish] of this.#wishes) {
      wish.ended.clear();
      if (!wish.isAny) continue;
      const keys = [...wish.keys].filter((key) => this.#fits(key)).slice(0, room);
      let calls = this.#takeUnsettled(event);
      const lacking = wish.keys.size - keys.length;
      if (lacking || room === 0) {
        const error = new RpcError("overloaded",
          `the server takes no more subscriptions: ${lacking || "all"} are missing`, "failed");
        for (const call of calls) this.#complete(call, undefined, error);
        calls = [];
      }
      if (room > 0 && (wish.isWhole || keys.length)) {
        requests.push(...this.#requests(event, keys, true, calls));
      }
      room = Math.max(0, room - Math.max(1, keys.length));
    }
    this.#settleRest();
    this.#openWishes = requests.length;
    const step = Math.max(1, this.#limit("batch_max", 1));
    while (requests.length) {
      let count = 0;
      let size = 2;
      do {
        size += Buffer.byteLength(requests[count]) + 1;
        count += 1;
      } while (count < Math.min(step, requests.length) &&
          size + Buffer.byteLength(requests[count]) + 1 <= this.#frameMax());
      this.outgoing.push(frame(`[${requests.splice(0, count).join(",")}]`));
    }
    if (!this.#openWishes) this.#becomeReady(now);
  }

  /// A session goes on: a wish may have been lost on its way, so all are said again.
  #subscribeAgain() {
    for (const [event, wish] of this.#wishes) {
      this.#askWish(event, [...wish.keys], wish.isAny, this.#takeUnsettled(event));
      if (wish.keys.size && wish.ended.size) this.#askWish(event, [...wish.ended], false, []);
    }
    this.#settleRest();
  }

  #unsettle(event, calls) {
    this.#unsettled.set(event, [...(this.#unsettled.get(event) ?? []), ...calls]);
  }

  #unsettleAll() {
    for (const { event, calls } of
      new Set([...this.#asked.values()].map((asked) => asked.question))) {
      this.#unsettle(event, calls);
    }
    for (const [event, , , call] of this.#late) this.#unsettle(event, [call]);
    this.#asked.clear();
    this.#late = [];
  }

  #takeUnsettled(event) {
    const calls = this.#unsettled.get(event) ?? [];
    this.#unsettled.delete(event);
    return calls;
  }

  #settleRest() {
    for (const calls of this.#unsettled.values()) {
      for (const call of calls) this.#complete(call, this.#position);
    }
    this.#unsettled.clear();
  }

  #limit(name, otherwise) {
    return this.#welcome.limits?.[name] ?? otherwise;
  }

  /// Sends what waits, as far as the server takes more calls.
  #pump(now) {
    if (this.#state !== "ready") return;
    const window = Math.max(1, this.#limit("calls_in_flight_max", 1));
    while (this.#waiting.length && this.#inFlight < window) {
      const parcel = this.#waiting.shift();
      const texts = this.#takeTexts(parcel, window, now);
      if (parcel.length) this.#waiting.unshift(parcel);
      if (texts.length) {
        const isAlone = texts.length === 1 && !parcel.length;
        this.outgoing.push(frame(isAlone ? texts[0] : `[${texts.join(",")}]`));
        this.#lastSent = now;
      }
    }
  }

  /// Takes from a parcel what goes into one frame.
  #takeTexts(parcel, window, now) {
    const sizeMax = this.#limit("frame_size_max", 1 << 20);
    const batchMax = Math.max(1, this.#limit("batch_max", 1));
    const texts = [];
    let size = 2;
    while (parcel.length && texts.length < batchMax && this.#inFlight < window) {
      const call = parcel[0];
      if (call.isWaiting && call.deadline <= now) this.#expireCall(call);
      if (!call.isWaiting) {
        parcel.shift(); // It ended while it waited.
        continue;
      }
      const text = call.encode(now);
      const textSize = Buffer.byteLength(text);
      if (texts.length && size + textSize + 1 > sizeMax) break;
      parcel.shift();
      this.#noLongerWaits(call);
      if (textSize > sizeMax) {
        this.#complete(call, undefined, new RpcError("frame_too_large",
          `the call has ${textSize} bytes, over the server's limit of ${sizeMax}`, "not_sent"));
        continue;
      }
      size += textSize + 1;
      texts.push(text);
      this.#noteSent(call);
    }
    return texts;
  }

  #noteSent(call) {
    if (call.isNotification) {
      this.#complete(call);
      return;
    }
    this.#inFlight += 1;
    call.isSent = true;
    call.order = ++this.#sent;
  }

  #sendAgain(now) {
    const sent = [...this.#pending.values()].filter((call) => call.isSent);
    sent.sort((a, b) => a.order - b.order);
    for (const call of sent) this.outgoing.push(frame(call.encode(now)));
    this.#inFlight = sent.length;
  }

  #acknowledge(isDue) {
    if (isDue && this.#state === "ready" && this.#grace()) {
      [this.#told, this.#untoldBytes] = [this.#answers, 0];
      this.#ask("rpc.ack", undefined, { answers: this.#answersBase + this.#answers });
    }
  }

  // Receiving.

  #fail(why) {
    this.mustClose ??= why;
  }

  #violation(text) {
    this.#fail(new RpcError("protocol_violation", text));
  }

  #receiveFrame(body, now) {
    let content;
    try {
      content = JSON.parse(utf8.decode(body));
    } catch (problem) {
      this.#violation(`the server sent no JSON: ${problem.message}`);
      return;
    }
    let hasAnswer = false;
    for (const message of Array.isArray(content) ? content : [content]) {
      if (message?.jsonrpc !== "2.0") {
        this.#violation("the server sent no JSON-RPC message");
        return;
      }
      if (message.method !== undefined) {
        this.#receiveNotification(message);
        continue;
      }
      if (!hasAnswer) { // The frame counts once, and before anything is told of it.
        hasAnswer = true;
        this.#answers += 1;
        this.#untoldBytes += body.length;
      }
      if (("result" in message) === ("error" in message)) {
        this.#violation("the server sent an answer that is none");
        return;
      }
      this.#receiveAnswer(message, now);
    }
  }

  #receiveAnswer(message, now) {
    const { id } = message;
    const call = this.#pending.get(id);
    const own = { hello: "rpc.hello" }[id] ?? "rpc.subscribe";
    let error = "error" in message
      ? RpcError.fromPeer(message.error, call?.method ?? own) : undefined;
    if (typeof id === "string") {
      this.#receiveOwnAnswer(id, message.result, error, now);
    } else if (Number.isInteger(id)) {
      this.#inFlight = Math.max(0, this.#inFlight - 1);
      if (call?.isSent) {
        // Nobody cancelled it here: the server did, at the deadline by its own clock.
        if (error?.reason === "cancelled" && error.data === "deadline") {
          error = new RpcError("deadline_exceeded", error.message, "may_have_run");
        }
        this.#complete(call, message.result, error);
      }
    } else { // An error without an id is about the connection: what was sent made no sense there.
      this.#violation(`the server refused: ${error ? error.message : "no id"}`);
    }
  }

  #receiveOwnAnswer(id, result, error, now) {
    if (id === "hello" && this.#state === "greeting") {
      this.#receiveWelcome(result, error, now);
      return;
    }
    const asked = this.#asked.get(id);
    if (!asked) return;
    this.#asked.delete(id);
    const { question, part } = asked;
    const position = result?.position;
    question.error ??= error;
    if (Number.isInteger(position)) {
      question.position = position;
      this.#position = Math.max(this.#position, position);
    }
    if (!error && !question.isWanted) this.#forgetEnded(question.event, part);
    if (--question.open === 0) this.#answered(question);
    if (this.#state === "subscribing" && --this.#openWishes === 0) this.#becomeReady(now);
  }

  /// The server has ended these; unless that is asked again, they are of the past.
  #forgetEnded(event, part) {
    const { ended } = this.#wishes.get(event);
    if (!ended.size) return;
    const asked = [...this.#asked.values()].filter((each) => each.question.event === event);
    const later = new Set(asked.flatMap((each) => each.part));
    for (const key of part) {
      if (!later.has(key)) ended.delete(key);
    }
  }

  #answered({ event, keys, isWanted, calls, error, position }) {
    if (error && calls.length && isWanted) {
      const { before } = calls[0];
      this.#wishes.set(event, before);
      if (this.#parts(event, keys).length > 1 && this.#state === "ready") {
        // The server may have some of them.
        this.#askWish(event, keys.filter((key) => !before.keys.has(key)), false, []);
      }
    }
    for (const call of calls) this.#complete(call, position, error);
  }

  #receiveWelcome(result, error, now) {
    if (error) {
      const isTold = this.#token && error.message.includes(this.#token);
      const text = isTold ? "unknown token" : error.message;
      this.#fail(new RpcError(error.reason, `the server refused the hello: ${text}`,
        error.outcome, error.code, error.data));
      return;
    }
    if (typeof result?.epoch !== "string") {
      this.#violation("the answer to rpc.hello cannot be read");
      return;
    }
    if (result.protocol !== protocolVersion) {
      this.#violation(`the server speaks version ${result.protocol} of the protocol, ` +
        `this client version ${protocolVersion}`);
      return;
    }
    this.#welcome = result;
    if (result.heartbeat_ms) this.#heartbeat = Math.min(this.#heartbeat, result.heartbeat_ms);
    this.#position = result.event_position ?? 0;
    this.#lastSent = now;
    if (result.resumed) {
      this.#becomeReady(now); // The subscriptions are as they were.
    } else {
      this.#subscribeAll(now);
    }
  }

  #receiveNotification({ id, method, params }) {
    if (method === "rpc.bye") {
      this.#isOver = true;
      this.#fail(new RpcError("connection_lost",
        `the server ended the session: ${params?.reason ?? ""}`));
    } else if (id === undefined && this.#wishes.has(method)) {
      const seq = params?.seq;
      if (!Number.isInteger(seq) || !("data" in params)) {
        this.#violation(`the event '${method}' came without seq and data`);
        return;
      }
      this.#newest = Math.max(this.#newest, seq);
      this.#newestOf.set(method, Math.max(this.#newestOf.get(method) ?? 0, seq));
      if (this.#wishes.get(method).isAny) {
        this.news.push({ kind: "event", name: method, seq, data: params.data });
      }
    }
  }

  // Sessions.

  #grace() {
    return this.#welcome.grace_ms ?? 0;
  }

  #becomeReady(now) {
    const welcome = this.#welcome;
    const isResumed = Boolean(welcome.resumed);
    const isSameServer = this.epoch === welcome.epoch;
    this.#state = "ready";
    this.#failure = undefined;
    this.#lastRefusal = "";
    this.#pauseBound = this.#options.backoffMin;
    if (isResumed) this.#subscribeAgain();
    for (const [event, keys, isWanted, call] of this.#late.splice(0)) {
      this.#askWish(event, keys, isWanted, [call]);
    }
    this.news.push({
      kind: "connected",
      info: {
        address: this.#address, session: welcome.session ?? "", epoch: welcome.epoch,
        resumed: isResumed, position: this.#position,
      },
    });
    const gap = this.#beginSession(isResumed);
    if (gap && this.#wishes.size) this.news.push({ kind: "gap", ...gap });
    this.#lostUntil = Infinity;
    if (!isResumed) {
      this.#endSent(new RpcError("connection_lost",
        "the connection was lost, and the session with it", "may_have_run"), isSameServer);
    }
    this.#sendAgain(now);
    this.#acknowledge(isResumed);
    this.#pump(now);
  }

  /// Returns what may have been missed between the last connection and this one.
  #beginSession(isResumed) {
    const { missed, epoch, session } = this.#welcome;
    let gap;
    if (isResumed && missed) {
      gap = { first: missed.from, last: missed.to, reason: missed.reason };
      this.#newest = Math.max(this.#newest, gap.last);
    } else if (!isResumed) {
      this.#answersBase = 0;
      if (this.epoch && this.epoch !== epoch) {
        gap = { first: 1, last: this.#position, reason: "the server was started anew" };
      } else if (this.epoch && this.#position > this.#newest) {
        gap = {
          first: this.#newest + 1, last: this.#position,
          reason: "the connection was lost, and the server ended the session",
        };
      }
      this.#newest = this.#base = this.#position;
      this.#newestOf.clear();
    }
    this.epoch = epoch;
    this.#session = this.#grace() ? session ?? "" : "";
    return gap;
  }

  #pingTime() {
    return Math.max(Math.min(this.#lastReceived, this.#lastSent), this.#lastPing) +
      this.#heartbeat;
  }

  #checkPatience(now) {
    const { connectTimeout, heartbeatTimeout } = this.#options;
    if (this.#state === "greeting" || this.#state === "subscribing") {
      if (now >= this.#opened + connectTimeout) {
        this.#fail(new RpcError("peer_silent", "the server did not answer the hello in time"));
      }
    } else if (this.#state === "ready") {
      if (now >= this.#lastReceived + heartbeatTimeout) {
        this.#fail(new RpcError("peer_silent",
          `no sign of life from the server for ${heartbeatTimeout} ms`));
      } else if (now >= this.#pingTime()) {
        this.#acknowledge(this.#answers !== this.#told);
        this.#ask("rpc.ping", "ping", {});
        this.#lastSent = this.#lastPing = now;
      }
    }
  }

  // Calls.

  #open(call, now) {
    call.id = ++this.#lastId;
    call.deadline = now + call.timeout;
    this.#pending.set(call.id, call);
    this.#earliest = Math.min(this.#earliest, call.deadline);
  }

  #complete(call, result = undefined, error = undefined) {
    if (this.#pending.get(call.id) === call) {
      this.#pending.delete(call.id);
      if (!this.#pending.size) this.#earliest = Infinity;
      this.#noLongerWaits(call);
      this.news.push({ kind: "completed", call, result, error });
    }
  }

  #noLongerWaits(call) {
    if (call.isWaiting) {
      call.isWaiting = false;
      this.#waitingSize -= call.size;
    }
  }

  #giveUp(call, reason, text) {
    if (call.isSent && this.#state === "ready") {
      this.#ask("rpc.cancel", undefined, { id: call.id });
    }
    this.#complete(call, undefined,
      new RpcError(reason, text, call.isSent ? "may_have_run" : "not_sent"));
  }

  #expireCall(call) {
    const isWaiting = !call.isSent && this.#state !== "ready" && this.#failure;
    this.#giveUp(call, "deadline_exceeded",
      isWaiting ? `no connection in time: ${this.#failure.message}` : "no answer in time");
  }

  #expire(now) {
    this.#earliest = Infinity;
    for (const call of [...this.#pending.values()]) {
      if (call.deadline <= now) {
        this.#expireCall(call);
      } else {
        this.#earliest = Math.min(this.#earliest, call.deadline);
      }
    }
    // Nothing is kept of what ended while it waited.
    this.#waiting = this.#waiting.map((parcel) => parcel.filter((call) => call.isWaiting))
      .filter((parcel) => parcel.length);
  }

  /// Ends what was sent and must not be sent again: its session is gone.
  #endSent(why, isSameServer) {
    for (const call of [...this.#pending.values()]) {
      const isSafe = call.isIdempotent || (isSameServer && "key" in call.extras);
      if (call.isSent && !isSafe) this.#complete(call, undefined, why);
    }
  }

  #endAll(why) {
    for (const call of [...this.#pending.values()]) {
      this.#complete(call, undefined, new RpcError(why.reason, why.message,
        call.isSent ? "may_have_run" : "not_sent", why.code));
    }
    this.#waiting = [];
    this.#unsettled.clear();
  }
}

// --- the driver ----------------------------------------------------------------------------------

/// `{host, port}`, or `{path}` of a unix socket, and whether it is encrypted.
function parseAddress(address) {
  const [, scheme, place] = /^(tcp|tls|unix):\/\/(.+)$/.exec(address) ?? [];
  if (scheme === "unix") return { isSecure: false, where: { path: place } };
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(place ?? "") ?? [];
  if (!host || isBroken(host) || Number(port) > 65535) {
    throw new RpcError("invalid_address", `'${address}' is no address: tcp://host:port, ` +
      "tls://host:port or unix:///path", "not_sent");
  }
  const where = { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
  return { isSecure: scheme === "tls", where };
}

/// Rings once, also after times that setTimeout does not take.
class Alarm {
  #timer;

  constructor(time, ring) {
    this.#wait(time, ring);
  }

  #wait(time, ring) {
    const step = Math.min(time, timerMax);
    this.#timer = setTimeout(() => (time > step ? this.#wait(time - step, ring) : ring()), step);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

/// Carries out on sockets what a core says.
class Driver {
  #address;
  #core;
  #options;
  #deliver;
  #socket = undefined;
  #timer = undefined;
  #isRunning = false;

  constructor(address, core, options, deliver) {
    this.#address = address;
    this.#core = core;
    this.#options = options;
    this.#deliver = deliver;
  }

  start() {
    this.#isRunning = true;
    this.do((now) => this.#core.start(now));
  }

  /// Takes leave of the server; after this nothing runs any more.
  async stop(why) {
    if (!this.#isRunning) return;
    this.do(() => this.#core.stop(why));
    this.#isRunning = false;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    if (socket.connecting) {
      socket.destroy();
      return;
    }
    await new Promise((resolve) => {
      const impatience = setTimeout(() => socket.destroy(), 1000);
      socket.once("close", () => {
        clearTimeout(impatience);
        resolve();
      });
      socket.end();
      socket.resume();
    });
  }

  /// Tells the core something, then carries out what it says.
  do(what) {
    const now = performance.now();
    what(now);
    for (;;) {
      this.#flush();
      for (const news of this.#core.news.splice(0)) this.#deliver(news);
      if (!this.#core.mustClose || !this.#isRunning) break;
      this.#socket?.destroy();
      this.#socket = undefined;
      this.#core.lost(this.#core.mustClose, now);
    }
    if (this.#isRunning) this.#goOn(now);
  }

  #flush() {
    if (this.#socket?.writable && this.#core.outgoing.length) {
      const bytes = this.#core.outgoing.splice(0);
      this.#socket.write(bytes.length === 1 ? bytes[0] : Buffer.concat(bytes));
    }
    this.#core.unsent = this.#socket?.writableLength ?? 0;
  }

  #goOn(now) {
    if (this.#core.wantsConnection(now)) {
      this.#core.connecting();
      this.#connect();
    }
    clearTimeout(this.#timer);
    const deadline = this.#core.deadline();
    if (deadline < Infinity) {
      const rest = Math.min(Math.max(0, Math.ceil(deadline - now)), timerMax);
      this.#timer = setTimeout(() => this.do((at) => this.#core.onTime(at)), rest);
    }
  }

  #connect() {
    const { isSecure, where } = parseAddress(this.#address);
    const servername = !isSecure || net.isIP(where.host) ? {} : { servername: where.host };
    const socket = isSecure
      ? tls.connect({ ...where, ...servername, ...this.#options.tls })
      : net.connect(where);
    this.#socket = socket;
    let problem;
    let isUp = false;
    socket.setNoDelay?.(true);
    const impatience = new Alarm(this.#options.connectTimeout,
      () => socket.destroy(new Error("no answer in time")));
    socket.once(isSecure ? "secureConnect" : "connect", () => {
      impatience.stop();
      isUp = true;
      if (socket === this.#socket) this.do((now) => this.#core.connected(now));
    });
    socket.on("data", (data) => {
      if (socket === this.#socket) this.do((now) => this.#core.received(data, now));
    });
    socket.on("error", (error) => {
      problem = error;
    });
    socket.once("close", () => {
      impatience.stop();
      if (socket !== this.#socket) return;
      this.#socket = undefined;
      const text = problem?.message ?? "the server closed the connection";
      const why = isUp ? new RpcError("connection_lost", text)
        : new RpcError("connection_refused", `${this.#address}: ${text}`, "not_sent");
      this.do((now) => this.#core.lost(why, now));
    });
  }
}

// --- what waits for its consumer -----------------------------------------------------------------

/// News that somebody will take. Of events there is a limit: those over it are left out, and what
/// is taken in their place is a gap that names them.
export class Inbox {
  #items = [];
  #begin = 0;
  #limit;
  #leftOut = undefined;
  #wake = undefined;
  isClosed = false;

  constructor(limit) {
    this.#limit = limit;
  }

  push(item) {
    if (item.kind === "event" && this.#items.length - this.#begin >= this.#limit) {
      this.#leftOut = { first: this.#leftOut?.first ?? item.seq, last: item.seq };
      return;
    }
    this.#tellGap();
    this.#items.push(item);
    this.#wake?.();
  }

  pop() {
    if (this.#begin === this.#items.length) {
      this.#items = [];
      this.#begin = 0;
      this.#tellGap();
    } else if (this.#begin > 1024 && 2 * this.#begin > this.#items.length) {
      this.#items = this.#items.slice(this.#begin);
      this.#begin = 0;
    }
    const item = this.#items[this.#begin];
    if (item) this.#items[this.#begin++] = undefined;
    return item;
  }

  /// The next one; nothing at the end.
  async get() {
    for (;;) {
      const item = this.pop();
      if (item || this.isClosed) return item;
      await new Promise((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close() {
    this.isClosed = true;
    this.#wake?.();
  }

  #tellGap() {
    if (this.#leftOut) {
      const reason = "this program takes events too slowly";
      this.#items.push({ kind: "gap", ...this.#leftOut, reason });
      this.#leftOut = undefined;
    }
  }
}

// --- the client ----------------------------------------------------------------------------------

/// Calls with options: `client.options({ timeout: 200 }).call("add", 1, 2)`.
class Caller {
  #invoke;

  constructor(invoke) {
    this.#invoke = invoke;
    /// The server's methods: `client.remote.add(1, 2)`.
    this.remote = new Proxy({}, {
      get: (_, name) => (typeof name === "string" && name !== "then"
        ? (...params) => this.#invoke(name, params) : undefined),
    });
  }

  /// Calls by position.
  call(method, ...params) {
    return this.#invoke(method, params);
  }

  /// Calls by name: `client.callNamed("add", { a: 1, b: 2 })`.
  callNamed(method, params) {
    return this.#invoke(method, params);
  }
}

/// A client. It connects, and connects again, by itself; a call made meanwhile waits for the
/// connection within its own timeout. Handlers run one after another, and may be async.
export class Client extends Caller {
  #core;
  #driver;
  #options;
  #hooks;
  #handlers = new Map();
  #inboxes = new Set(); // of iterators: {event, inbox}
  #inbox = undefined; // of the handlers
  #handling = undefined;
  #connectWaiters = [];
  #failure = undefined;
  #state = "new"; // running, closed
  #contractEpoch = "";

  constructor(address = "tcp://127.0.0.1:2014", options = {}) {
    super((method, params) => this.#submit(method, params, {}));
    parseAddress(address);
    const {
      token = "", onConnected, onDisconnected, onConnectFailed, onGap, onError, ...rest
    } = options;
    this.address = address;
    this.contract = undefined;
    this.#hooks = {
      connected: onConnected, disconnected: onDisconnected, failed: onConnectFailed, gap: onGap,
    };
    this.#options = { onError: onError ?? console.error, ...completed(rest) };
    this.#core = new Core(address, token, this.#options);
    this.#driver = new Driver(address, this.#core, this.#options, (news) => this.#deliver(news));
  }

  /// Begins to connect; calls do it by themselves.
  start() {
    if (this.#state === "running") return;
    this.#state = "running";
    this.#inbox = new Inbox(this.#options.eventsWaitingMax);
    this.#handling = this.#handle(this.#inbox);
    this.#driver.start();
  }

  /// Tells the server, ends every call and every iterator.
  async close(why = "the client was closed") {
    const wasRunning = this.#state === "running";
    this.#state = "closed";
    if (!wasRunning) return;
    const stopping = this.#driver.stop(why);
    for (const { inbox } of this.#inboxes) inbox.close();
    this.#inbox.close();
    const error = new RpcError("not_connected", why, "not_sent");
    for (const { reject } of this.#connectWaiters.splice(0)) reject(error);
    await stopping;
  }

  /// Rejects if there is no connection in time, or the token was refused; without `retry` also if
  /// the next try to connect fails, so that a server that is not there is told at once.
  async waitConnected(timeout = undefined, { retry = true } = {}) {
    const time = timeout === undefined ? undefined : checkTime(timeout, "timeout");
    this.#begin();
    if (this.#core.isReady) return;
    if (this.#core.refusal) throw this.#core.refusal;
    const waiter = { retry };
    const connected = new Promise((resolve, reject) => {
      Object.assign(waiter, { resolve, reject });
    });
    this.#connectWaiters.push(waiter);
    const alarm = time === undefined ? undefined : new Alarm(time, () => waiter.reject(
      new RpcError("not_connected", this.#failure?.message ?? "no connection in time",
        "not_sent")));
    try {
      await connected;
    } finally {
      alarm?.stop();
      this.#connectWaiters = this.#connectWaiters.filter((each) => each !== waiter);
    }
  }

  /// Calls made through what this gives have these options: `timeout` in milliseconds; `signal`, an
  /// AbortSignal that cancels; `key`, under which an `rpc::once` method runs once, with the `epoch`
  /// in which it was made; `idempotent`: running twice does no harm, so that a server that was
  /// started anew may be asked again.
  options(options) {
    return new Caller((method, params) => this.#submit(method, params, options));
  }

  /// Sends a call of which no answer is wanted.
  notify(method, ...params) {
    this.notifyNamed(method, params);
  }

  notifyNamed(method, params) {
    this.#begin();
    this.contract?.check(method, params);
    const call = new Call(method, params, this.#options.callTimeout, undefined,
      { isNotification: true });
    this.#driver.do((now) => this.#core.submit([call], now));
  }

  /// Sends calls, `{ method, params }`, in one frame; the result of each, or its `RpcError`, in
  /// their order.
  async batch(requests) {
    this.#begin();
    const calls = [];
    const results = requests.map(({ method, params = [] }) => {
      const made = this.#callOf(method, params, {});
      calls.push(made.call);
      return made.result.catch((error) => error);
    });
    if (calls.length) this.#driver.do((now) => this.#core.submit(calls, now));
    return Promise.all(results);
  }

  /// Has the handler called with each event of this name, `{ name, seq, data }`, in order. All of
  /// the event is subscribed to, unless `subscribe` names keys before or after, or is false here.
  on(event, handler, { subscribe = true } = {}) {
    checkText(event, "the event's name");
    this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), handler]);
    if (subscribe && !this.#core.knows(event)) {
      const waiter = (_, error) => {
        if (error && !["cancelled", "not_connected"].includes(error.reason)) this.#report(error);
      };
      const call = new Call("rpc.subscribe", [], this.#options.callTimeout, waiter);
      this.#driver.do((now) => this.#core.change(event, [], true, call, now));
    }
    return this;
  }

  /// Subscribes to these keys, or to all of the event. Events with a higher number than the one
  /// that it gives are sure to come.
  async subscribe(event, ...keys) {
    return this.#change(event, keys, true);
  }

  async unsubscribe(event, ...keys) {
    await this.#change(event, keys, false);
  }

  /// The events of this name as they come: `for await (const event of client.events("tick"))`.
  /// They are gathered from the call of this function on.
  events(event, ...keys) {
    this.#begin();
    const inbox = new Inbox(this.#options.eventsWaitingMax);
    const entry = { event, inbox };
    this.#inboxes.add(entry);
    const isNew = keys.length || !this.#core.knows(event);
    const subscribed = isNew ? this.subscribe(event, ...keys) : Promise.resolve();
    subscribed.catch(() => {}); // Whoever iterates is told.
    const end = async () => {
      this.#inboxes.delete(entry);
      inbox.close();
      return { done: true, value: undefined };
    };
    const next = async () => {
      await subscribed.catch(async (error) => {
        await end();
        throw error;
      });
      for (;;) {
        const item = await inbox.get();
        if (!item) return end();
        if (item.kind === "event") return { done: false, value: publicForm(item) };
        this.#inbox.push(item);
      }
    };
    return { next, return: end, [Symbol.asyncIterator]() { return this; } };
  }

  /// Asks what the server serves; from then on names and numbers of arguments are checked.
  async discover() {
    const document = await this.#submit("rpc.discover", {}, {});
    if (document === null || typeof document !== "object") {
      throw new RpcError("invalid_answer", "rpc.discover did not answer with an object");
    }
    this.#contractEpoch = this.#core.epoch;
    this.contract = new Contract(document);
    return this.contract;
  }

  #begin() {
    if (this.#state === "closed") {
      throw new RpcError("not_connected", "the client is closed", "not_sent");
    }
    this.start();
  }

  #callOf(method, params, options) {
    this.contract?.check(method, params);
    let settle;
    const result = new Promise((resolve, reject) => {
      settle = (value, error) => (error ? reject(error) : resolve(value));
    });
    const timeout = options.timeout ?? this.#options.callTimeout;
    return { call: new Call(method, params, timeout, settle, options), result };
  }

  async #submit(method, params, options) {
    this.#begin();
    const { signal } = options;
    if (signal?.aborted) {
      throw new RpcError("cancelled", "the caller cancelled the call", "not_sent");
    }
    const { call, result } = this.#callOf(method, params, options);
    const cancel = () => this.#driver.do(() => this.#core.cancel(call));
    signal?.addEventListener("abort", cancel, { once: true });
    this.#driver.do((now) => this.#core.submit([call], now));
    try {
      return await result;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  async #change(event, keys, isWanted) {
    checkText(event, "the event's name");
    for (const key of keys) checkText(key, "a key");
    this.#begin();
    let settle;
    const result = new Promise((resolve, reject) => {
      settle = (value, error) => (error ? reject(error) : resolve(value));
    });
    const call = new Call("rpc.subscribe", [], this.#options.callTimeout, settle);
    this.#driver.do((now) => this.#core.change(event, keys, isWanted, call, now));
    return result;
  }

  // What the driver delivers.

  #deliver(news) {
    if (news.kind === "completed") {
      news.call.waiter?.(news.result, news.error);
      return;
    }
    if (news.kind === "event") {
      for (const { event, inbox } of this.#inboxes) {
        if (event === news.name) inbox.push(news);
      }
      if (!this.#handlers.has(news.name)) return;
    } else if (news.kind === "connected") {
      this.#failure = undefined;
      if (news.info.epoch !== this.#contractEpoch) this.contract = undefined;
      for (const { resolve } of this.#connectWaiters.splice(0)) resolve();
    } else if (news.kind === "failed") {
      const { error } = news;
      this.#failure = error;
      const why = refusals.has(error.reason) ? error
        : new RpcError("not_connected", error.message, "not_sent");
      for (const { retry, reject } of this.#connectWaiters) {
        if (!retry || why === error) reject(why);
      }
      if (news.isKnown) return;
    }
    this.#inbox?.push(news);
  }

  #report(error) {
    this.#options.onError(error);
  }

  async #handle(inbox) {
    for (let news = await inbox.get(); news; news = await inbox.get()) {
      const handlers = news.kind === "event" ? this.#handlers.get(news.name) ?? []
        : [this.#hooks[news.kind] ?? (() => {})];
      for (const handler of handlers) {
        try {
          await handler(publicForm(news));
        } catch (error) {
          this.#report(error);
        }
      }
    }
  }
}

/// What a handler is called with.
function publicForm({ kind, info, error, ...members }) {
  return info ?? error ?? members;
}

// --- from a shell --------------------------------------------------------------------------------

/// JSON where it is JSON, else the text as it stands.
function valueOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function call(client, method, words) {
  const named = words.map((word) => /^([A-Za-z_]\w*)=(.*)$/s.exec(word)).filter(Boolean);
  if (named.length && named.length !== words.length) {
    throw new TypeError("arguments go by position or by name, not both");
  }
  const result = named.length
    ? await client.callNamed(method,
      Object.fromEntries(named.map(([, name, text]) => [name, valueOf(text)])))
    : await client.call(method, ...words.map(valueOf));
  console.log(JSON.stringify(result ?? null));
}

async function watch(client, words) {
  const at = words.indexOf("--count");
  const count = at < 0 ? Infinity : Number(words.splice(at, 2)[1]);
  if (!(count >= 1)) throw new TypeError("--count takes a number");
  let seen = 0;
  for await (const event of client.events(...words)) {
    console.log(JSON.stringify(event.data));
    if (++seen >= count) return;
  }
}

async function list(client) {
  const contract = await client.discover();
  for (const name of contract.methods.keys()) console.log(contract.signature(name));
  for (const [name, event] of contract.events) {
    const marks = ["keyed", "latest"].filter((word) => event[word]).join(", ");
    console.log(`event ${name}: ${typeName(event.payload)}${marks ? ` (${marks})` : ""}`);
  }
}

const usage = "gatewire-js ADDRESS list | call METHOD [1 two | a=1 b=2] | watch EVENT [KEY]" +
  " [--count N]\n" +
  "GATEWIRE_TOKEN is what the server is shown";

async function main(words) {
  const [address, command, ...rest] = words;
  if (words.slice(0, 3).some((word) => word === "--help" || word === "-h")) {
    console.log(usage);
    return 0;
  }
  if (!["list", "call", "watch"].includes(command) || (command !== "list" && !rest.length)) {
    console.error(usage);
    return 2;
  }
  let client;
  try {
    client = new Client(address.includes("://") ? address : `tcp://${address}`, {
      token: process.env.GATEWIRE_TOKEN, callTimeout: 10_000, onGap: console.error,
    });
    await client.waitConnected(10_000, { retry: false });
    if (command === "list") await list(client);
    if (command === "call") await call(client, rest[0], rest.slice(1));
    if (command === "watch") await watch(client, rest);
    return 0;
  } catch (error) {
    console.error(String(error));
    return 1;
  } finally {
    await client?.close();
  }
}

/// Whether this file is the program, also by another name.
function isProgram() {
  try {
    return import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href;
  } catch {
    return false;
  }
}

if (isProgram()) {
  process.exitCode = await main(process.argv.slice(2));
}
