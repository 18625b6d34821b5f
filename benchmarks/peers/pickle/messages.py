# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""The data types as vn.py has them: dataclasses with enums and datetimes, which are pickled."""

from dataclasses import dataclass, field, make_dataclass
from datetime import datetime, timedelta
from enum import Enum


class Exchange(Enum):
    CFFEX = "CFFEX"
    SHFE = "SHFE"


class Direction(Enum):
    LONG = "多"
    SHORT = "空"


class OrderType(Enum):
    LIMIT = "限价"
    MARKET = "市价"


class Offset(Enum):
    OPEN = "开"
    CLOSE = "平"


class Interval(Enum):
    MINUTE = "1m"
    HOUR = "1h"


@dataclass
class OrderRequest:
    symbol: str
    exchange: Exchange
    direction: Direction
    type: OrderType
    volume: float
    price: float = 0
    offset: Offset = Offset.OPEN
    reference: str = ""


@dataclass
class HistoryRequest:
    symbol: str
    exchange: Exchange
    start: datetime
    count: int = 1000
    interval: Interval = Interval.MINUTE


@dataclass
class BarData:
    symbol: str
    exchange: Exchange
    datetime: datetime
    interval: Interval = Interval.MINUTE
    volume: float = 0
    turnover: float = 0
    open_interest: float = 0
    open_price: float = 0
    high_price: float = 0
    low_price: float = 0
    close_price: float = 0


NUMBERS = (["volume", "turnover", "open_interest", "last_price", "last_volume", "limit_up",
            "limit_down", "open_price", "high_price", "low_price", "pre_close"]
           + [f"{side}_{what}_{level}" for what in ("price", "volume") for side in ("bid", "ask")
              for level in range(1, 6)])

TickData = make_dataclass(
    "TickData", [("symbol", str), ("exchange", Exchange), ("datetime", datetime), ("name", str)]
    + [(name, float, field(default=0.0)) for name in NUMBERS]
    + [("localtime", datetime, field(default=None))])
# Pickle looks a class up where it says that it lives.
TickData.__module__ = __name__

FIRST_TIME = datetime(2023, 11, 14, 22, 13, 20, 123000)


def make_order():
    return OrderRequest("IF2412", Exchange.CFFEX, Direction.LONG, OrderType.LIMIT, 4.0, 3802.4,
                        Offset.OPEN, "strategy_22")


def make_bars(count):
    return [BarData("IF2412", Exchange.CFFEX, FIRST_TIME + timedelta(minutes=number),
                    Interval.MINUTE, 100.0 + number, 1.1e8, 131071.0, 3802.4, 3803.8, 3801.2,
                    3803.0)
            for number in range(count)]


def make_tick():
    values = {name: 3802.2 + number / 5 for number, name in enumerate(NUMBERS)}
    return TickData("IF2412", Exchange.CFFEX, FIRST_TIME, "CSI 300 future", **values,
                    localtime=FIRST_TIME + timedelta(milliseconds=3))
