// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Validates documents against OpenRPC's own meta-schema, compiles their schemas, has OpenRPC's tools
// take them and make TypeScript of them, and asks a server for its own over a socket.
//
//   node check_documents.mjs FOLDER PROGRAM... [--server PROGRAM]
//
// FOLDER has the node_modules; each PROGRAM prints documents, one a line; the one after --server is
// tests/integration/peer/server.cpp.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createRequire } from "node:module";
import net from "node:net";
import readline from "node:readline";

const [folder, ...rest] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const Ajv = require("ajv");
const { parseOpenRPCDocument, validateOpenRPCDocument, MethodCallValidator } =
    require("@open-rpc/schema-utils-js");
const metaSchema = require("@open-rpc/meta-schema").default;
const Typings = require("@open-rpc/typings").default;

/// Every schema of a document, and where it stands.
function* schemasOf(document) {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
        yield [`components.${name}`, schema];
    }
    for (const method of document.methods) {
        for (const param of method.params) {
            yield [`${method.name}.${param.name}`, param.schema];
        }
        yield [`${method.name}.result`, method.result.schema];
    }
    for (const event of document["x-events"]) {
        yield [`event ${event.name}`, event.payload];
    }
}

/// Whether a component refers to itself. The tools write references out in full and never end.
function isRecursive(document) {
    const schemas = document.components.schemas;
    const reaches = (name, wanted, seen) => {
        const found = JSON.stringify(schemas[name]).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
        return [...found].some(([, next]) => next === wanted ||
            (!seen.has(next) && reaches(next, wanted, seen.add(next))));
    };
    return Object.keys(schemas).some((name) => reaches(name, name, new Set()));
}

/// The generator makes a function of each method, and types with the names that they have here.
function checkTypings(name, parsed) {
    const made = parsed.methods.length === 0 ? "" : new Typings(parsed).toString("typescript");
    const plain = (text) => text.replaceAll("_", "").toLowerCase();
    const types = [...made.matchAll(/export (?:type|interface) (\w+)/g)].map(([, type]) => plain(type));
    for (const method of parsed.methods) {
        assert.ok(types.includes(plain(method.name)), `${name}: no function ${method.name}`);
        const title = method.result.schema.title;
        assert.ok(!title || types.some((type) => type.startsWith(plain(title))),
            `${name}: no type ${title}`);
    }
}

async function check(name, document) {
    assert.ok(metaSchema.properties.openrpc.enum.includes(document.openrpc), document.openrpc);
    const verdict = validateOpenRPCDocument(document);
    assert.equal(verdict, true, `${name}: ${verdict.message}`);
    const ajv = new Ajv({ allowUnionTypes: true, strict: false });
    ajv.addSchema({ $id: "document", components: document.components });
    let count = 0;
    for (const [place, schema] of schemasOf(document)) {
        const text = JSON.stringify(schema).replaceAll('"#/', '"document#/');
        assert.doesNotThrow(() => ajv.compile(JSON.parse(text)), `${name}: ${place}`);
        ++count;
    }
    const recursive = isRecursive(document);
    if (!recursive) {
        const parsed = await parseOpenRPCDocument(structuredClone(document));
        assert.ok(!JSON.stringify(parsed.methods).includes("$ref"), `${name}: a reference is left`);
        checkTypings(name, parsed);
    }
    console.log(`${name}: ${document.methods.length} methods, ${document["x-events"].length} ` +
        `events, ${count} schemas${recursive ? ", not written out: a type contains itself" : ""}`);
}

/// A plain JSON-RPC peer: `ask(method, params)` gives the result or throws the error object.
function connect(port) {
    const socket = net.connect(port, "127.0.0.1");
    const waiting = new Map();
    let bytes = Buffer.alloc(0);
    let lastId = 0;
    socket.on("data", (chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
        while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE()) {
            const end = 4 + bytes.readUInt32BE();
            const answer = JSON.parse(bytes.toString("utf8", 4, end));
            bytes = bytes.subarray(end);
            const { resolve, reject } = waiting.get(answer.id);
            answer.error ? reject(answer.error) : resolve(answer.result);
        }
    });
    const ask = (method, params) => new Promise((resolve, reject) => {
        waiting.set(++lastId, { resolve, reject });
        const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", method, params, id: lastId }));
        const size = Buffer.alloc(4);
        size.writeUInt32BE(body.length);
        socket.write(Buffer.concat([size, body]));
    });
    return { ask, close: () => socket.destroy() };
}

/// Calls a server as its document says, knowing nothing else of it.
async function callAsDescribed(program) {
    const server = spawn(program, { stdio: ["ignore", "pipe", "inherit"] });
    try {
        const [port] = await new Promise((resolve) => {
            readline.createInterface({ input: server.stdout }).once("line", (line) =>
                resolve([Number(line)]));
        });
        const peer = connect(port);
        const document = await peer.ask("rpc.discover", []);
        await check("served", document);
        const validator = new MethodCallValidator(structuredClone(document));
        assert.deepEqual(validator.validate("add", [1, 2]), []);
        assert.notDeepEqual(validator.validate("add", ["1", 2]), []);
        assert.equal(await peer.ask("add", [1, 2]), 3);
        assert.equal(await peer.ask("add", { a: 1, b: 2 }), 3);
        await assert.rejects(peer.ask("add", ["1", 2]), { code: -32602 });
        assert.equal(await peer.ask("move", ["SPX", 2874.5]), null);
        const stats = await peer.ask("rpc.stats", []);
        assert.deepEqual(stats.calls,
            { answered: 4, failed: 1, in_flight: 0, read: 4, refused: 0, started: 4 });
        assert.equal(stats.connections.length, 1);
        peer.close();
    } finally {
        server.kill();
    }
}

const serverAt = rest.indexOf("--server");
const programs = serverAt < 0 ? rest : rest.slice(0, serverAt);
for (const program of programs) {
    const lines = execFileSync(program, { encoding: "utf8" }).trim().split("\n");
    for (const line of lines) {
        const { name, document } = JSON.parse(line);
        await check(name, document);
    }
}
if (serverAt >= 0) {
    await callAsDescribed(rest[serverAt + 1]);
}
console.log("all documents are good");
