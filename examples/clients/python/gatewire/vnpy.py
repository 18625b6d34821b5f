# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""vn.py's RPC client and RPC gateway for a desk that is served by gatewire, without pickle.

`RpcClient` has the 17 functions of vn.py's RPC service, with vn.py's objects:

    with RpcClient("tcp://127.0.0.1:2014") as desk:
        print(desk.get_all_accounts())
        desk.subscribe(SubscribeRequest("ES", Exchange.CME), "SIM")

`RpcGateway` is a gateway for a MainEngine: `main_engine.add_gateway(RpcGateway)`. Ids and gateway
names are renamed as vn.py's gateway does it: what is SIM.42 at the server is RPC.42 here."""

from __future__ import annotations

import dataclasses
import enum
import secrets
import threading
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

import gatewire

try:
    from vnpy.event import EventEngine  # type: ignore[import]
    from vnpy.trader.constant import (  # type: ignore[import]
        Direction, Exchange, Interval, Offset, OptionType, OrderType, Product, Status)
    from vnpy.trader.gateway import BaseGateway  # type: ignore[import]
    from vnpy.trader.object import (  # type: ignore[import]
        AccountData, BarData, CancelRequest, ContractData, HistoryRequest, LogData, OrderData,
        OrderRequest, PositionData, QuoteData, SubscribeRequest, TickData, TradeData)
except ImportError:
    from gatewire.vnpy_stand_in import (
        AccountData, BarData, BaseGateway, CancelRequest, ContractData, Direction, EventEngine,
        Exchange, HistoryRequest, Interval, LogData, Offset, OptionType, OrderData, OrderRequest,
        OrderType, PositionData, Product, QuoteData, Status, SubscribeRequest, TickData, TradeData)

ORDER_TIME = 5.0  # Seconds after which nobody wants an order any more that was not begun.

# --- vn.py's objects as JSON ----------------------------------------------------------------------

_ENUMS = {"exchange": Exchange, "direction": Direction, "type": OrderType, "offset": Offset,
          "status": Status, "product": Product, "interval": Interval, "option_type": OptionType,
          "bid_offset": Offset, "ask_offset": Offset}
_TIMES = {"datetime", "localtime", "option_listed", "option_expiry", "start", "end"}
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def to_json(value: Any) -> Any:
    """An object of vn.py as the desk reads it: enumerations by their members' names, times as
    microseconds since 1970 (a time without a zone is the local one)."""
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, datetime):
        return (value.astimezone(timezone.utc) - _EPOCH) // timedelta(microseconds=1)
    if dataclasses.is_dataclass(value):
        return {each.name: to_json(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [to_json(each) for each in value]
    return value


def from_json(kind: Any, data: Dict[str, Any]) -> Any:
    """An object of vn.py; members that it does not have are left out."""
    given: Dict[str, Any] = {}
    later: Dict[str, Any] = {}
    for each in dataclasses.fields(kind):
        value = data.get(each.name)
        if value is None:
            continue
        if each.name in _ENUMS:
            value = _ENUMS[each.name][value]
        elif each.name in _TIMES:
            value = (_EPOCH + timedelta(microseconds=value)).astimezone()
        (given if each.init else later)[each.name] = value
    made = kind(**given)
    for name, value in later.items():
        setattr(made, name, value)
    if data.get("reason"):  # Of an order that was rejected; vn.py has no member for it.
        made.extra = {**(data.get("extra") or {}), "reason": data["reason"]}
    return made


# --- the functions --------------------------------------------------------------------------------

_NOTHING = object()
# What each of the 17 functions gives; a list: many of it.
FUNCTIONS: Dict[str, Any] = {
    "subscribe": _NOTHING, "send_order": str, "cancel_order": _NOTHING, "query_history": [BarData],
    "get_tick": TickData, "get_order": OrderData, "get_trade": TradeData,
    "get_position": PositionData, "get_account": AccountData, "get_contract": ContractData,
    "get_all_ticks": [TickData], "get_all_orders": [OrderData], "get_all_trades": [TradeData],
    "get_all_positions": [PositionData], "get_all_accounts": [AccountData],
    "get_all_contracts": [ContractData], "get_all_active_orders": [OrderData]}
EVENTS: Dict[str, Any] = {
    "tick": TickData, "trade": TradeData, "order": OrderData, "position": PositionData,
    "account": AccountData, "quote": QuoteData, "contract": ContractData, "log": LogData}


def _result(kind: Any, data: Any) -> Any:
    if isinstance(kind, list):
        return [from_json(kind[0], each) for each in data]
    if dataclasses.is_dataclass(kind):
        return None if data is None else from_json(kind, data)
    return data


def _order(req: OrderRequest, orderid: str = "") -> Dict[str, Any]:
    return {"orderid": orderid, **to_json(req)}


class RpcClient:
    """The functions of the desk as methods, with vn.py's objects in and out.

    Other functions of the desk are `desk.client.call(name, ...)`, with JSON. A failed call raises
    `gatewire.RpcError`; after a timeout the next call works."""

    def __init__(self, address: str = "tcp://127.0.0.1:2014", token: str = "",
                 **options: Any) -> None:
        self.client = gatewire.Client(address, token=token, **options)

    def __enter__(self) -> RpcClient:
        self.client.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        self.client.close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in FUNCTIONS:
            raise AttributeError(f"the desk has no function '{name}'")
        return lambda *args: self.call(name, *args)

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *FUNCTIONS})

    def call(self, name: str, *args: Any) -> Any:
        return _result(FUNCTIONS[name], self.client.call(name, *self._params(name, args)))

    def begin(self, name: str, *args: Any) -> Any:
        """Begins a call that nobody waits for; a future of its JSON."""
        return self.client.options(timeout=ORDER_TIME).submit(name, *self._params(name, args))

    @staticmethod
    def _params(name: str, args: Tuple[Any, ...]) -> List[Any]:
        if name == "send_order" and dataclasses.is_dataclass(args[0]):
            return [_order(args[0]), *args[1:]]
        return [to_json(each) for each in args]

    def on(self, event: str, handler: Callable[[Any], None]) -> None:
        """Has the handler called with each object of these events: "tick", "order", "trade", ...
        Ticks come for what was subscribed."""
        kind = EVENTS[event]
        self.client.on(event, lambda each: handler(from_json(kind, each.data)))


# --- the gateway ----------------------------------------------------------------------------------

class RpcGateway(BaseGateway):  # type: ignore[misc]
    """A gateway to the gateways of a desk in another process.

    It queries everything at each new session and then follows the events; a lost connection is
    made again, with the subscriptions. Nothing here blocks but `query_history`."""

    default_name = "RPC"
    default_setting = {"address": "tcp://127.0.0.1:2014", "token": ""}
    exchanges = list(Exchange)

    def __init__(self, event_engine: EventEngine, gateway_name: str = "RPC") -> None:
        super().__init__(event_engine, gateway_name)
        self.symbol_gateway_map: Dict[str, str] = {}  # the gateway of a symbol at the server
        self.subscribed: Dict[str, SubscribeRequest] = {}
        self.trades: Set[str] = set()
        self.desk: Optional[RpcClient] = None
        self.is_connected = False
        self._mutex = threading.Lock()
        self._prefix, self._count = secrets.token_hex(4), 0

    def connect(self, setting: Dict[str, Any]) -> None:
        if self.desk:
            return
        self.desk = RpcClient(
            str(setting.get("address") or self.default_setting["address"]),
            str(setting.get("token", "")), on_connected=self._on_connected,
            on_disconnected=self._on_disconnected,
            on_gap=lambda gap: self.write_log(f"events {gap.first} to {gap.last} were missed: "
                                              f"{gap.reason}"))
        for event, push in [("contract", self.on_contract), ("account", self.on_account),
                            ("position", self.on_position), ("order", self.on_order),
                            ("trade", self._push_trade), ("quote", self.on_quote),
                            ("log", self.on_log)]:
            self.desk.on(event, self._renamed(push))
        self.desk.client.on("tick", self._on_tick, subscribe=False)
        self.desk.client.start()

    def close(self) -> None:
        if self.desk:
            self.desk.close()
            self.desk = None

    def subscribe(self, req: SubscribeRequest) -> None:
        with self._mutex:
            self.subscribed[req.vt_symbol] = req
        if self.is_connected:
            self._subscribe(req)

    def send_order(self, req: OrderRequest) -> str:
        """The order's id is made here, so that it is known at once, and an order that is sent twice
        is one order. Without a connection it is rejected: an order never waits for one."""
        with self._mutex:
            self._count += 1
            orderid = f"{self._prefix}-{self._count:06}"
        if self.desk and self.is_connected:
            sent = self.desk.begin("send_order", _order(req, orderid), self._origin(req))
            sent.add_done_callback(lambda done: self._on_sent(done, req, orderid))
        else:
            self._reject(req, orderid, "there is no connection")
        return f"{self.gateway_name}.{orderid}"

    def cancel_order(self, req: CancelRequest) -> None:
        self._begin("cancel_order", req, self._origin(req))

    def query_account(self) -> None:
        for name in set(self.symbol_gateway_map.values()):
            self._begin("query_account", name)

    def query_position(self) -> None:
        for name in set(self.symbol_gateway_map.values()):
            self._begin("query_position", name)

    def query_history(self, req: HistoryRequest) -> List[BarData]:
        try:
            bars = self.desk.query_history(req, self._origin(req)) if self.desk else []
        except gatewire.RpcError as error:
            self.write_log(f"no history of {req.vt_symbol}: {error.message}")
            return []
        for bar in bars:
            bar.gateway_name = self.gateway_name
        return list(bars)

    # What the server says. All of it on the client's thread for handlers, one after another.

    def _on_connected(self, info: gatewire.SessionInfo) -> None:
        self.is_connected = True
        if info.resumed:
            self.write_log("connected again; nothing was missed")
            return
        self.write_log(f"connected to {info.address}")
        try:
            self._query_all()
        except gatewire.RpcError as error:  # The connection was lost again: there is a next one.
            self.write_log(f"the initial query failed: {error.message}")

    def _on_disconnected(self, error: gatewire.RpcError) -> None:
        self.is_connected = False
        self.write_log(f"disconnected: {error.message}")

    def _query_all(self) -> None:
        assert self.desk
        for what, push in [("contracts", self.on_contract), ("accounts", self.on_account),
                           ("positions", self.on_position), ("orders", self.on_order),
                           ("trades", self._push_trade)]:
            for data in self.desk.call(f"get_all_{what}"):
                self._renamed(push)(data)
        with self._mutex:
            requests = list(self.subscribed.values())
        for req in requests:
            self._subscribe(req)
        self.write_log("everything was queried")

    def _renamed(self, push: Callable[[Any], None]) -> Callable[[Any], None]:
        """Has an object say that it came through this gateway, in its ids, too."""
        def rename(data: Any) -> None:
            origin, data.gateway_name = data.gateway_name, self.gateway_name
            if isinstance(data, ContractData):
                self.symbol_gateway_map[f"{data.symbol}.{data.exchange.value}"] = origin
            if not isinstance(data, LogData):
                data.__post_init__()
            push(data)
        return rename

    def _on_tick(self, event: gatewire.Event) -> None:
        self._renamed(self.on_tick)(from_json(TickData, event.data))

    def _push_trade(self, trade: TradeData) -> None:
        """A trade may be in the first query and come as an event, too."""
        if trade.vt_tradeid not in self.trades:
            self.trades.add(trade.vt_tradeid)
            self.on_trade(trade)

    # Requests.

    def _origin(self, req: Any) -> str:
        """The gateway at the server. Nothing is known of a symbol that has no contract there; then
        the server says so."""
        return self.symbol_gateway_map.get(req.vt_symbol, "")

    def _subscribe(self, req: SubscribeRequest) -> None:
        origin = self._origin(req)
        self._begin("subscribe", req, origin)
        if self.desk:
            key = f"{origin}.{req.symbol}.{req.exchange.name}"
            self.desk.client.subscribe("tick", key, wait=False)

    def _begin(self, name: str, *args: Any) -> None:
        if not self.desk:
            return

        def note(done: Any) -> None:
            if error := done.exception():
                self.write_log(f"{name}: {error.message}")
        self.desk.begin(name, *args).add_done_callback(note)

    def _on_sent(self, done: Any, req: OrderRequest, orderid: str) -> None:
        error = done.exception()
        if error and error.outcome == "may_have_run":
            self.write_log(f"order {orderid} may have been sent: {error.message}")
        elif error:
            self._reject(req, orderid, error.message)

    def _reject(self, req: OrderRequest, orderid: str, why: str) -> None:
        self.write_log(f"order {orderid} was not sent: {why}")
        self.on_order(OrderData(
            gateway_name=self.gateway_name, symbol=req.symbol, exchange=req.exchange,
            orderid=orderid, type=req.type, direction=req.direction, offset=req.offset,
            price=req.price, volume=req.volume, status=Status.REJECTED, reference=req.reference))
