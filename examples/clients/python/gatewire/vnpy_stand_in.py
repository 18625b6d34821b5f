# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""What `gatewire.vnpy` uses of vn.py, for machines without it: the same names and members, no more.
Where vn.py is installed, nothing of this is used."""

from __future__ import annotations

import enum
import queue
import threading
from collections import defaultdict
from dataclasses import dataclass, field, make_dataclass
from datetime import datetime
from typing import Any, Callable, Dict, List, Optional, Type

Direction = enum.Enum("Direction", "LONG SHORT NET")
Offset = enum.Enum("Offset", "NONE OPEN CLOSE CLOSETODAY CLOSEYESTERDAY")
Status = enum.Enum("Status", "SUBMITTING NOTTRADED PARTTRADED ALLTRADED CANCELLED REJECTED")
Product = enum.Enum("Product", "EQUITY FUTURES OPTION INDEX FOREX SPOT ETF BOND WARRANT SPREAD "
                               "FUND CFD SWAP")
OrderType = enum.Enum("OrderType", "LIMIT MARKET STOP FAK FOK RFQ ETF")
OptionType = enum.Enum("OptionType", "CALL PUT")
Interval = enum.Enum("Interval", "MINUTE HOUR DAILY WEEKLY TICK")
_EXCHANGES = ("CFFEX SHFE CZCE DCE INE GFEX SSE SZSE BSE SHHK SZHK SGE WXE CFETS XBOND SMART NYSE "
              "NASDAQ ARCA EDGEA ISLAND BATS IEX AMEX TSE NYMEX COMEX GLOBEX IDEALPRO CME ICE SEHK "
              "HKFE SGX CBOT CBOE CFE DME EUREX APEX LME BMD TOCOM EUNX KRX OTC IBKRATS LOCAL "
              "GLOBAL")
Exchange = enum.Enum("Exchange", {  # type: ignore[misc] # They are no literals.
    name: name for name in _EXCHANGES.split()})

ACTIVE = (Status.SUBMITTING, Status.NOTTRADED, Status.PARTTRADED)


def _derive(data: Any) -> None:
    """The members that vn.py makes of others."""
    if hasattr(data, "exchange"):
        data.vt_symbol = f"{data.symbol}.{data.exchange.value}"
    for name in ("order", "trade", "quote", "account"):
        if hasattr(data, f"{name}id") and hasattr(data, "gateway_name"):
            setattr(data, f"vt_{name}id", f"{data.gateway_name}.{getattr(data, name + 'id')}")
    if type(data).__name__ == "PositionData":
        data.vt_positionid = f"{data.gateway_name}.{data.vt_symbol}.{data.direction.value}"
    if type(data).__name__ == "AccountData":
        data.available = data.balance - data.frozen


def _is_active(data: Any) -> bool:
    return data.status in ACTIVE


def _create_cancel_request(data: Any) -> Any:
    return CancelRequest(getattr(data, "orderid", None) or data.quoteid, data.symbol,
                         data.exchange)


def _type(type_name: str, required: str, /, **defaults: Any) -> Type[Any]:
    fields: List[Any] = list(required.split())
    fields += [(each, Any, field(default=value)) for each, value in defaults.items()]
    methods: Dict[str, Any] = {"__post_init__": _derive}
    if "status" in defaults:
        methods.update(is_active=_is_active, create_cancel_request=_create_cancel_request)
    if type_name.endswith("Data"):
        fields.append(("extra", Optional[dict], field(default=None, init=False)))
    return make_dataclass(type_name, fields, namespace=methods)


def _numbers(names: str) -> Dict[str, float]:
    return dict.fromkeys(names.split(), 0.0)


TickData = _type(
    "TickData", "gateway_name symbol exchange datetime", name="",
    **_numbers("volume turnover open_interest last_price last_volume limit_up limit_down "
               "open_price high_price low_price pre_close"),
    **{f"{side}_{what}_{level}": 0.0 for what in ("price", "volume") for side in ("bid", "ask")
       for level in range(1, 6)}, localtime=None)
BarData = _type("BarData", "gateway_name symbol exchange datetime", interval=None, **_numbers(
    "volume turnover open_interest open_price high_price low_price close_price"))
OrderData = _type(
    "OrderData", "gateway_name symbol exchange orderid", type=OrderType.LIMIT, direction=None,
    offset=Offset.NONE, **_numbers("price volume traded"), status=Status.SUBMITTING, datetime=None,
    reference="")
TradeData = _type("TradeData", "gateway_name symbol exchange orderid tradeid", direction=None,
                  offset=Offset.NONE, **_numbers("price volume"), datetime=None)
PositionData = _type("PositionData", "gateway_name symbol exchange direction",
                     **_numbers("volume frozen price pnl yd_volume"))
AccountData = _type("AccountData", "gateway_name accountid", **_numbers("balance frozen"))
LogData = _type("LogData", "gateway_name msg", level=20)
ContractData = _type(
    "ContractData", "gateway_name symbol exchange name product size pricetick", min_volume=1.0,
    max_volume=None, stop_supported=False, net_position=False, history_data=False,
    option_strike=None, option_underlying=None, option_type=None, option_listed=None,
    option_expiry=None, option_portfolio=None, option_index=None)
QuoteData = _type(
    "QuoteData", "gateway_name symbol exchange quoteid",
    **_numbers("bid_price bid_volume ask_price ask_volume"), bid_offset=Offset.NONE,
    ask_offset=Offset.NONE, status=Status.SUBMITTING, datetime=None, reference="")
SubscribeRequest = _type("SubscribeRequest", "symbol exchange")
OrderRequest = _type("OrderRequest", "symbol exchange direction type volume", price=0.0,
                     offset=Offset.NONE, reference="")
CancelRequest = _type("CancelRequest", "orderid symbol exchange")
HistoryRequest = _type("HistoryRequest", "symbol exchange start", end=None, interval=None)


@dataclass
class Event:
    type: str
    data: Any = None


class EventEngine:
    """Runs handlers on a thread of its own."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Optional[Event]] = queue.Queue()
        self._handlers: Dict[str, List[Callable[[Event], None]]] = defaultdict(list)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def put(self, event: Event) -> None:
        self._queue.put(event)

    def register(self, type: str, handler: Callable[[Event], None]) -> None:
        self._handlers[type].append(handler)

    def _run(self) -> None:
        for event in iter(self._queue.get, None):
            for handler in self._handlers[event.type]:
                handler(event)


class BaseGateway:
    """What a gateway pushes, as events."""

    default_name = ""

    def __init__(self, event_engine: EventEngine, gateway_name: str) -> None:
        self.event_engine, self.gateway_name = event_engine, gateway_name

    def on_event(self, type: str, data: Any = None) -> None:
        self.event_engine.put(Event(type, data))

    def _push(self, type: str, data: Any, id: str) -> None:
        self.on_event(type, data)
        self.on_event(type + id, data)

    def on_tick(self, tick: Any) -> None:
        self._push("eTick.", tick, tick.vt_symbol)

    def on_trade(self, trade: Any) -> None:
        self._push("eTrade.", trade, trade.vt_symbol)

    def on_order(self, order: Any) -> None:
        self._push("eOrder.", order, order.vt_orderid)

    def on_position(self, position: Any) -> None:
        self._push("ePosition.", position, position.vt_symbol)

    def on_account(self, account: Any) -> None:
        self._push("eAccount.", account, account.vt_accountid)

    def on_quote(self, quote: Any) -> None:
        self._push("eQuote.", quote, quote.vt_symbol)

    def on_contract(self, contract: Any) -> None:
        self.on_event("eContract.", contract)

    def on_log(self, log: Any) -> None:
        self.on_event("eLog", log)

    def write_log(self, msg: str) -> None:
        self.on_log(LogData(self.gateway_name, msg))
