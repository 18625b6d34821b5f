// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// A conformance_server for the tests of the client for Node, and what they wait with.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export const patience = 20_000; // Until something that must happen counts as failed.

export function check(condition, text) {
  if (!condition) throw new Error(text);
}

export function inTime(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), patience);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/// A queue of what came, for whoever waits.
export class Queue {
  #items = [];
  #wake = () => {};

  push(item) {
    this.#items.push(item);
    this.#wake();
  }

  async get(what) {
    while (!this.#items.length) {
      await inTime(new Promise((resolve) => {
        this.#wake = resolve;
      }), what);
    }
    return this.#items.shift();
  }
}

/// A conformance_server, told what to do by lines.
export class Server {
  #process;
  #lines = new Queue();

  static async start(program, folder, traits) {
    const server = new Server();
    server.folder = folder;
    server.#process = spawn(program, [folder, ...traits], { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: server.#process.stdout }).on("line", (line) =>
      server.#lines.push(line));
    server.addresses = JSON.parse(await server.#lines.get("the server's addresses"));
    return server;
  }

  async tell(line) {
    this.#process.stdin.write(`${line}\n`);
    const answer = await this.#lines.get(line);
    check(answer === "ok", `the server answered '${answer}' to '${line}'`);
  }

  async end() {
    const ended = new Promise((resolve) => {
      this.#process.once("close", resolve);
    });
    this.#process.kill("SIGKILL");
    await ended;
  }
}
