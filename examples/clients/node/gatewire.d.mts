// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

/// What a call may have done: nothing, perhaps something, or what the server's error says.
export type Outcome = "not_sent" | "may_have_run" | "failed";

/// Names of errors, as in `rpc::errc`.
export type Reason =
  | "answer_too_large" | "cancelled" | "connection_lost" | "connection_refused"
  | "deadline_exceeded" | "engine_error" | "forbidden" | "frame_too_large" | "internal_error"
  | "invalid_address" | "invalid_answer" | "invalid_params" | "invalid_request" | "invalid_value"
  | "key_conflict" | "method_not_found" | "not_connected" | "outcome_unknown" | "overloaded"
  | "peer_silent" | "protocol_violation" | "shutting_down" | "unauthenticated";

/// Why a call failed.
export class RpcError extends Error {
  constructor(reason: Reason, message: string, outcome?: Outcome, code?: number, data?: unknown);
  readonly name: "RpcError";
  readonly reason: Reason;
  readonly outcome: Outcome;
  /// The JSON-RPC code; for errors of this side the nearest one, or 0 where none is near.
  readonly code: number;
  /// What the server added.
  readonly data: any;
}

export interface RpcEvent<Data = any> {
  readonly name: string;
  /// Numbers all events of a run of the server.
  readonly seq: number;
  readonly data: Data;
}

/// Events that were missed for good.
export interface Gap {
  readonly first: number;
  readonly last: number;
  readonly reason: string;
}

/// A connection that works.
export interface SessionInfo {
  readonly address: string;
  readonly session: string;
  /// Changes when the server is started anew.
  readonly epoch: string;
  /// The session before goes on; nothing was missed but what a gap tells.
  readonly resumed: boolean;
  readonly position: number;
}

// What Node and browsers have of these, so that no other declarations are needed.

/// `AbortSignal`.
export interface Signal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/// A file's content: one text or `Buffer`, or many.
export type Pem = string | Uint8Array | (string | Uint8Array)[];

/// What `tls.connect` takes beyond the address; more of it than stands here.
export interface TlsOptions {
  /// The authorities that the server's certificate is checked by.
  ca?: Pem;
  /// One's own certificate.
  cert?: Pem;
  /// Its key.
  key?: any;
  servername?: string;
  [option: string]: any;
}

/// Times are milliseconds, sizes are bytes. Every limit is on by default.
export interface ClientOptions {
  /// What the server is shown.
  token?: string;
  tls?: TlsOptions;
  onConnected?: (info: SessionInfo) => unknown;
  onDisconnected?: (error: RpcError) => unknown;
  /// Hears of each try to connect that fails, from the first on; where the server refuses this
  /// client, once until it says something else.
  onConnectFailed?: (error: RpcError) => unknown;
  onGap?: (gap: Gap) => unknown;
  /// Hears of handlers that fail and of subscriptions that are refused; `console.error` by default.
  onError?: (error: unknown) => unknown;
  /// Of a call, waiting for a connection included: 30,000.
  callTimeout?: number;
  /// Of connecting, and of the hello: 10,000.
  connectTimeout?: number;
  /// Rest before a ping: 5,000; the server's wish wins if shorter.
  heartbeat?: number;
  /// A server that is silent so long is given up: 15,000.
  heartbeatTimeout?: number;
  /// The longest first pause before connecting again: 50. It doubles from try to try.
  backoffMin?: number;
  /// The longest pause: 5,000. A server that refuses this client is asked again after it at once.
  backoffMax?: number;
  /// Of a frame from the server: 16 MiB.
  frameSizeMax?: number;
  /// Calls that have not ended: 65,536.
  callsPendingMax?: number;
  /// Bytes of calls that wait to be sent: 32 MiB.
  queueSizeMax?: number;
  /// Events that nobody has taken yet: 100,000; more become a gap.
  eventsWaitingMax?: number;
  /// Draws the pauses, from 0 to 1: `Math.random`.
  chance?: () => number;
}

export interface CallOptions {
  /// Milliseconds until the call ends as `deadline_exceeded`; the server never starts it later.
  timeout?: number;
  /// Cancels the call, here and at the server.
  signal?: Signal;
  /// An `rpc::once` method runs once under it.
  key?: string;
  /// The `SessionInfo.epoch` in which the key was used first.
  epoch?: string;
  /// Running twice does no harm, so that a server that was started anew may be asked again.
  idempotent?: boolean;
}

/// Methods by their names, as functions; events by their names, as payloads.
export type AnyMethods = Record<string, (...params: any[]) => any>;
export type AnyEvents = Record<string, any>;

/// The same methods, answered by promises.
export type Remote<Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends (...params: infer Params) => infer Result
    ? (...params: Params) => Promise<Awaited<Result>> : never;
};

type ParamsOf<Method> = Method extends (...params: infer Params) => any ? Params : never;
type ResultOf<Method> = Method extends (...params: any[]) => infer Result ? Awaited<Result> : never;
type NameOf<Members> = keyof Members & string;

export interface Caller<Methods = AnyMethods> {
  readonly remote: Remote<Methods>;
  call<Name extends NameOf<Methods>>(
    method: Name, ...params: ParamsOf<Methods[Name]>): Promise<ResultOf<Methods[Name]>>;
  callNamed<Name extends NameOf<Methods>>(
    method: Name, params: Record<string, unknown>): Promise<ResultOf<Methods[Name]>>;
}

export interface Request {
  method: string;
  /// A list goes by position, an object by name.
  params?: readonly unknown[] | Record<string, unknown>;
}

/// What a server says of itself.
export class Contract {
  constructor(document: any);
  /// The OpenRPC document.
  readonly document: any;
  readonly methods: ReadonlyMap<string, any>;
  readonly events: ReadonlyMap<string, any>;
  /// Throws an `RpcError` if the server would refuse this call.
  check(method: string, params: readonly unknown[] | Record<string, unknown>): void;
  /// `add(a: integer, b: integer) -> integer`
  signature(method: string): string;
}

/// A client that keeps a session with a server.
///
///     interface Desk { add(a: number, b: number): number }
///     const client = new Client<Desk>("tcp://127.0.0.1:2014");
///     const sum = await client.call("add", 1, 2);                  // a number
export class Client<Methods = AnyMethods, Events = AnyEvents> implements Caller<Methods> {
  constructor(address?: string, options?: ClientOptions);
  readonly address: string;
  readonly remote: Remote<Methods>;
  /// After `discover`.
  readonly contract: Contract | undefined;

  start(): void;
  close(why?: string): Promise<void>;
  /// Without `retry` it rejects as soon as the next try to connect fails.
  waitConnected(timeout?: number, options?: { retry?: boolean }): Promise<void>;

  call<Name extends NameOf<Methods>>(
    method: Name, ...params: ParamsOf<Methods[Name]>): Promise<ResultOf<Methods[Name]>>;
  callNamed<Name extends NameOf<Methods>>(
    method: Name, params: Record<string, unknown>): Promise<ResultOf<Methods[Name]>>;
  options(options: CallOptions): Caller<Methods>;
  notify<Name extends NameOf<Methods>>(method: Name, ...params: ParamsOf<Methods[Name]>): void;
  notifyNamed(method: NameOf<Methods>, params: Record<string, unknown>): void;
  /// The result of each request, or its `RpcError`.
  batch(requests: readonly Request[]): Promise<any[]>;
  discover(): Promise<Contract>;

  on<Name extends NameOf<Events>>(
    event: Name, handler: (event: RpcEvent<Events[Name]>) => unknown,
    options?: { subscribe?: boolean }): this;
  subscribe(event: NameOf<Events>, ...keys: string[]): Promise<number>;
  unsubscribe(event: NameOf<Events>, ...keys: string[]): Promise<void>;
  events<Name extends NameOf<Events>>(
    event: Name, ...keys: string[]): AsyncIterableIterator<RpcEvent<Events[Name]>>;
}
