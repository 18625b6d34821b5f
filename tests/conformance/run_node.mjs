// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Plays the cases of cases.json with the client for Node.
//
//     node run_node.mjs <conformance_server> [text in the names of cases]
//
// Each case has a server of its own. Nothing waits for a time, only for what must happen.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { Client, RpcError } from "../../examples/clients/node/gatewire.mjs";
import { check, inTime, patience, Queue, Server } from "./server.mjs";

/// What JSON cannot say, or not in a line: values without a JSON form, long texts, deep ones.
function made(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(made);
  if (value.text_of) return "x".repeat(value.text_of);
  if (value.not_a_number) return NaN;
  if (value.infinite) return Infinity;
  if (value.depth) {
    let deep = [];
    for (let left = value.depth - 1; left > 0; --left) deep = [deep];
    return deep;
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, made(each)]));
}

/// The cases speak of seconds.
function milliseconds(value) {
  const seconds = made(value);
  return typeof seconds === "number" ? seconds * 1000 : seconds;
}

function optionsOf({ timeout, ...rest } = {}) {
  return timeout === undefined ? rest : { ...rest, timeout: milliseconds(timeout) };
}

function checkError(error, wanted) {
  check(error instanceof RpcError, `${error}`);
  const text = String(error);
  check(error.reason === wanted.name, `${text} instead of ${wanted.name}`);
  for (const member of ["code", "message", "data", "outcome"]) {
    check(!(member in wanted) || isDeepStrictEqual(error[member], wanted[member]),
      `${member}: ${text} ${JSON.stringify(error.data)}`);
  }
  check(text.includes(wanted.text ?? ""), text);
  check(!wanted.without || !text.includes(wanted.without), text);
}

/// What a call gives is what the step says.
async function checkEnd(step, promise) {
  let result;
  try {
    result = await inTime(promise, "an answer");
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    check(step.error, `an error: ${error}`);
    checkError(error, step.error);
    return;
  }
  check(!step.error, `${JSON.stringify(result)} instead of an error`);
  check(!("result" in step) || isDeepStrictEqual(result, made(step.result)),
    JSON.stringify(result));
}

class NotServed extends Error {}

class Player {
  #server;
  #news = new Queue();
  #failures = new Queue();
  #calls = new Map();
  #streams = new Map();

  constructor(wanted, server, folder) {
    const address = server.addresses[wanted.address ?? "tcp"];
    if (!address) throw new NotServed();
    const { frame_size_max: frameSizeMax, strange_authority: isStrange, ...options } =
      wanted.client ?? {};
    if (wanted.address === "tls" && !isStrange) {
      options.tls = { ca: readFileSync(join(folder, "server.pem")) };
    }
    const news = (kind) => (what) => this.#news.push({ kind, what });
    this.#server = server;
    this.client = new Client(address, {
      ...options,
      ...(frameSizeMax ? { frameSizeMax } : {}),
      onConnected: news("connected"),
      onDisconnected: news("disconnected"),
      onGap: news("gap"),
      onConnectFailed: (error) => this.#failures.push(error),
      // A short pause before connecting again, the same each time.
      chance: () => 0.5,
      backoffMin: 4,
      backoffMax: 100,
    });
    this.client.start();
  }

  async play(step) {
    if (step.control) return this.#server.tell(step.control);
    if (step.begin) return this.#begin(step);
    if (step.call) return this.#call(step);
    if (step.end) return checkEnd(step, this.#calls.get(step.end).result);
    if (step.cancel) return this.#calls.get(step.cancel).controller.abort();
    if (step.notify) return checkEnd(step, this.#notify(step));
    if (step.batch) return checkEnd(step, this.#batch(step));
    if (step.expect) return this.#expect(step);
    if (step.close) return this.client.close();
    if ("wait_connected" in step) return this.#waitConnected(step);
    if (step.wait_first_try) return this.#waitFirstTry(step);
    if (step.wait_failure) return this.#waitFailure(step.wait_failure);
    if (step.sweep) return this.#sweep(step);
    if (step.discover) return this.#discover(step.discover);
    return this.#event(step);
  }

  #ask(step, more = {}) {
    const caller = this.client.options({ ...optionsOf(step.options), ...more });
    const params = made(step.params);
    return Array.isArray(params) ? caller.call(step.call, ...params)
      : caller.callNamed(step.call, params);
  }

  #begin(step) {
    const controller = new AbortController();
    const result = this.#ask(step, { signal: controller.signal });
    result.catch(() => {}); // It is looked at later.
    this.#calls.set(step.begin, { controller, result });
  }

  async #call(step) {
    for (let left = step.times ?? 1; left > 0; --left) await checkEnd(step, this.#ask(step));
  }

  async #notify(step) {
    this.client.notify(step.notify, ...made(step.params));
  }

  async #batch(step) {
    const requests = step.batch.flatMap(
      ({ times = 1, ...each }) => Array(times).fill({ ...each, params: made(each.params) }));
    const answers = await inTime(this.client.batch(requests), "the answers of a batch");
    check(answers.length === requests.length, "answers are missing");
    check(!step.sum_of_last || answers.at(-1) === step.sum_of_last, `${answers.at(-1)}`);
    (step.answers ?? []).forEach((wanted, at) => {
      if (wanted.error) checkError(answers[at], wanted.error);
      else check(isDeepStrictEqual(answers[at], made(wanted.result)), `${answers[at]}`);
    });
  }

  async #expect(step) {
    const { kind, what } = await this.#news.get(step.expect);
    const text = what instanceof Error ? String(what) : JSON.stringify(what);
    check(kind === step.expect, `${kind} (${text}) instead of ${step.expect}`);
    for (const member of ["resumed", "first", "last"]) {
      check(!(member in step) || what[member] === step[member], `${member}: ${text}`);
    }
    check(!step.name || what.reason === step.name, text);
    check(text.includes(step.text ?? ""), text);
  }

  async #discover(wanted) {
    let contract;
    try {
      contract = await this.client.discover();
    } catch (error) {
      check(error.reason === "method_not_found", `${error}`);
      throw new NotServed();
    }
    for (const [method, signature] of Object.entries(wanted.signatures)) {
      check(contract.signature(method) === signature, contract.signature(method));
    }
    for (const [name, [keyed, latest]] of Object.entries(wanted.events)) {
      const event = contract.events.get(name);
      check(event?.keyed === keyed && event?.latest === latest, JSON.stringify(event));
    }
  }

  #waitConnected(step) {
    const time = step.wait_connected === true ? patience : milliseconds(step.wait_connected);
    return checkEnd(step, this.client.waitConnected(time));
  }

  /// The hook hears of a failed try, too.
  async #waitFirstTry(step) {
    await checkEnd(step, this.client.waitConnected(patience, { retry: false }));
    while (!String(await this.#failures.get("a failed try")).includes(step.wait_first_try));
  }

  async #waitFailure(text) {
    const end = performance.now() + patience;
    for (let told = ""; !told.includes(text);) {
      check(performance.now() < end, `${told} without '${text}'`);
      await this.client.waitConnected(50).catch((error) => {
        told = String(error);
      });
    }
  }

  /// Has each connection end after so many bytes, from the hello on, with a call and an event under
  /// way; then at once, so that the next number is that of a new one.
  async #sweep(step) {
    let count = 0;
    for (let size = 0; size < step.bytes; size += step.step) {
      count += 1;
      await this.#server.tell(`${step.sweep} ${size}`);
      await this.#server.tell("cut");
      await this.#server.tell("trades 1");
      const total = await inTime(this.client.call("pay", 1), "an answer");
      check(total === count, `${size} bytes: ${total} instead of ${count}`);
      const { id } = await this.#next("trade");
      check(id === count, `${size} bytes: event ${id} instead of ${count}`);
    }
  }

  async #event(step) {
    const keys = step.keys ?? [];
    if (step.listen) {
      const stream = this.client.events(step.listen, ...keys);
      this.#streams.set(step.listen, stream);
      await this.client.subscribe(step.listen, ...keys);
    } else if (step.subscribe) {
      await checkEnd(step, this.client.subscribe(step.subscribe, ...keys));
    } else if (step.unsubscribe) {
      await checkEnd(step, this.client.unsubscribe(step.unsubscribe, ...keys));
    } else if (step.events_until) {
      while (!isDeepStrictEqual(await this.#next(step.events_until), step.data));
    } else {
      for (const wanted of step.data) {
        const got = await this.#next(step.events);
        check(isDeepStrictEqual(got, wanted),
          `${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
      }
    }
  }

  async #next(event) {
    return (await inTime(this.#streams.get(event).next(), event)).value.data;
  }
}

function makeCertificate(folder) {
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt",
    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=desk", "-addext",
    "subjectAltName=IP:127.0.0.1", "-keyout", join(folder, "server.key"), "-out",
    join(folder, "server.pem")]);
  return made.status === 0;
}

/// Gives what went wrong, if anything.
async function play(program, wanted) {
  const folder = mkdtempSync(join(tmpdir(), "gatewire-"));
  if (wanted.server?.includes("tls") && !makeCertificate(folder)) {
    console.log(`skipped, openssl makes no certificate: ${wanted.name}`);
    return undefined;
  }
  const server = await Server.start(program, folder, wanted.server ?? []);
  let player;
  let step;
  try {
    player = new Player(wanted, server, folder);
    for (step of wanted.steps) await player.play(step);
  } catch (problem) {
    if (!(problem instanceof NotServed)) return `${JSON.stringify(step)}\n        ${problem.stack}`;
    console.log(`skipped: ${wanted.name}`);
  } finally {
    await player?.client.close();
    await server.end();
    rmSync(folder, { recursive: true });
  }
  return undefined;
}

const [program, text = ""] = process.argv.slice(2);
const { cases } = JSON.parse(readFileSync(new URL("cases.json", import.meta.url)));
let passed = 0;
let failed = 0;
for (const each of cases.filter(({ name }) => name.includes(text))) {
  const problem = await play(program, each);
  if (problem) console.log(`${each.name}\n    at ${problem}`);
  if (problem) ++failed;
  else ++passed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
