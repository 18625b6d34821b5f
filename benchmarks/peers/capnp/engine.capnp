# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
@0xb2f1d9a2c64e7b31;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("peer");

enum Exchange { cffex @0; shfe @1; dce @2; czce @3; }
enum Direction { long @0; short @1; }
enum OrderType { limit @0; market @1; stop @2; }
enum Offset { open @0; close @1; closetoday @2; }
enum Interval { minute @0; hour @1; day @2; }

struct Order {
  symbol @0 :Text;
  exchange @1 :Exchange;
  direction @2 :Direction;
  type @3 :OrderType;
  volume @4 :Float64;
  price @5 :Float64;
  offset @6 :Offset;
  reference @7 :Text;
}

struct HistoryRequest {
  symbol @0 :Text;
  exchange @1 :Exchange;
  begin @2 :Int64;
  count @3 :Int64;
  interval @4 :Interval;
}

struct Bar {
  symbol @0 :Text;
  exchange @1 :Exchange;
  datetime @2 :Int64;
  interval @3 :Interval;
  volume @4 :Float64;
  turnover @5 :Float64;
  openInterest @6 :Float64;
  openPrice @7 :Float64;
  highPrice @8 :Float64;
  lowPrice @9 :Float64;
  closePrice @10 :Float64;
}

struct Tick {
  symbol @0 :Text;
  exchange @1 :Exchange;
  datetime @2 :Int64;
  name @3 :Text;
  volume @4 :Float64;
  turnover @5 :Float64;
  openInterest @6 :Float64;
  lastPrice @7 :Float64;
  lastVolume @8 :Float64;
  limitUp @9 :Float64;
  limitDown @10 :Float64;
  openPrice @11 :Float64;
  highPrice @12 :Float64;
  lowPrice @13 :Float64;
  preClose @14 :Float64;
  bidPrice1 @15 :Float64;
  bidPrice2 @16 :Float64;
  bidPrice3 @17 :Float64;
  bidPrice4 @18 :Float64;
  bidPrice5 @19 :Float64;
  askPrice1 @20 :Float64;
  askPrice2 @21 :Float64;
  askPrice3 @22 :Float64;
  askPrice4 @23 :Float64;
  askPrice5 @24 :Float64;
  bidVolume1 @25 :Float64;
  bidVolume2 @26 :Float64;
  bidVolume3 @27 :Float64;
  bidVolume4 @28 :Float64;
  bidVolume5 @29 :Float64;
  askVolume1 @30 :Float64;
  askVolume2 @31 :Float64;
  askVolume3 @32 :Float64;
  askVolume4 @33 :Float64;
  askVolume5 @34 :Float64;
  localtime @35 :Int64;
}

interface Listener {
  onTick @0 (tick :Tick) -> stream;
}

interface Engine {
  sendOrder @0 (order :Order) -> (id :Text);
  queryHistory @1 (request :HistoryRequest) -> (bars :List(Bar));
  subscribe @2 (listener :Listener) -> ();
}
