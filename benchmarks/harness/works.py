# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""What is measured, and what is wanted of it."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Work:
    """One server, one client process and what they do. Places: two processes on one core share its
    caches and hand over without waking a core; apart, every exchange pays for waking one. Which of
    the two the scheduler chooses decides the bare numbers by a factor, so it is chosen here."""
    workload: str
    count: int = 1
    place: str = "apart"        # "apart": server on the first core, client on the second
    variant: str = ""
    is_traced: bool = False     # the server's system calls are counted, so times mean nothing


FLOORS = ("bare", "codec floor")
FLOOR_WORKS = ("sequential", "pipelined", "history", "events", "payload", "blocking", "active",
               "fanout")


@dataclass(frozen=True)
class Row:
    """One line of the table: a field of gatewire's reports, beside the two floors of the same round
    where they have anything like it, and beside another field of gatewire's if the row asks."""
    name: str
    work: Work
    field: str
    unit: str
    goal: str = ""
    goal_of: str = "bare"       # what the goal is for: the ratio to a floor or to what is beside
                                # it, or the value "itself"
    beside: tuple = ()          # (work, field) of gatewire
    nearest: tuple = ()         # (work, field) of the floors, if the row's own work is not theirs

    def of_floors(self):
        """What the floors do for this row: (work, field), or None."""
        if self.nearest:
            return self.nearest
        is_theirs = self.work.workload in FLOOR_WORKS and not self.work.variant
        return (self.work, self.field) if is_theirs else None


PLACES = {"one core": "one core", "apart": "two cores", "free": "unpinned"}
WINDOWS = (1, 4, 16, 64, 128, 256, 1024)
PAYLOADS = (16, 256, 1024, 4096, 16384, 65536)
SUBSCRIBERS = (1, 8, 64, 512, 1000)
LONE_CALL = Work("sequential")


def times(name, work, goal="", nearest=None):
    """Rows of the percentiles; the goal is the median's, to bare frames."""
    for field, label in (("p50_us", "p50"), ("p99_us", "p99"), ("p99_9_us", "p99.9")):
        yield Row(f"{name} {label}", work, field, "us", goal if label == "p50" else "",
                  nearest=(nearest, field) if nearest else ())


def call_rows():
    for place, goal in (("one core", "<= 1.10"), ("apart", "<= 1.06"), ("free", "")):
        yield from times(f"sequential order call, {PLACES[place]},",
                         Work("sequential", place=place), goal)
    for workload, label in (("sequential", "asynchronous call"), ("calling", "blocking call")):
        yield from times(f"both spinning, {label}, two cores,", Work(workload, variant="spin"),
                         "<= 0.35", LONE_CALL)
    yield from times("blocking call on the loop's thread, two cores,", Work("calling"), "",
                     LONE_CALL)
    yield from times("blocking call beside the loop, two cores,", Work("blocking"))
    for place in ("apart", "one core"):
        for window in (16, 128, 1024):
            yield Row(f"pipelined order calls, window {window}, {PLACES[place]}",
                      Work("pipelined", window, place), "per_second", "/s",
                      ">= 0.75" if window == 128 else "", "codec floor")
    yield Row("query_history of 1,000 bars, sequential, two cores", Work("history"), "per_second",
              "/s", ">= 0.85", "codec floor")
    yield Row("server system calls per pipelined call, window 128",
              Work("pipelined", 128, is_traced=True), "server_syscalls", "", "<= 0.05", "itself")


def event_rows():
    for count, goal in ((1, ">= 0.70"), (8, ">= 0.85")):
        yield Row(f"ticks to {count} subscriber{'s' * (count > 1)}, deliveries, two cores",
                  Work("events", count), "per_second", "/s", goal, "codec floor")
    for count in SUBSCRIBERS:
        work = Work("fanout", count)
        field = "server_cpu_per_event_us"
        yield Row(f"fan-out to {count}: server CPU per event", work, field, "us",
                  beside=(Work("fanout", 1), field))
    steady, stopped = (Work("stopped", 8, variant=which) for which in ("steady", "stopped"))
    yield from (Row(f"8 subscribers, one stopped: delivery {label} of the others", stopped, field,
                    "us", "<= 1.2" if label == "p99" else "", "beside", (steady, field))
                for field, label in (("p50_us", "p50"), ("p99_us", "p99")))


def connection_rows():
    idle = Work("idle", 10_000)
    yield Row("10,000 idle connections: server memory of each", idle, "bytes_per_connection", "B",
              "<= 4096", "itself")
    yield Row("10,000 idle connections: a call meanwhile, p50", idle, "busy_p50_us", "us",
              beside=(idle, "quiet_p50_us"), nearest=(LONE_CALL, "p50_us"))
    active = Work("active", 1_000)
    yield Row("1,000 active connections: order calls", active, "per_second", "/s")
    for which in ("min", "max"):
        yield Row(f"1,000 active connections: {which} by median of their calls", active,
                  f"calls_{which}", "", beside=(active, "calls_median"))


def tail_rows():
    quiet = Work("tail", variant="quiet")
    variants = {"ticks": "100,000 ticks/s on its connection",
                "query_history": "100,000 bars for another, on the strand",
                "load_history": "100,000 bars for another, offloaded",
                "slow_offloaded": "1 % slow calls, offloaded",
                "slow_on_strand": "1 % slow calls, on the strand"}
    for variant, label in variants.items():
        for field, name in (("p99_us", "p99"), ("p99_9_us", "p99.9")):
            goal = "<= 1.5" if (variant, name) == ("ticks", "p99") else "<= 2"
            yield Row(f"call beside {label}, {name}", Work("tail", variant=variant), field, "us",
                      goal, "beside", (quiet, field), (LONE_CALL, field))
        if variant == "ticks":
            # They are paced, so that more never come, and the last ones are on their way still.
            yield Row("ticks on its connection that this machine sustains",
                      Work("tail", variant=variant), "ticks_per_second", "/s", ">= 99000",
                      "itself")


def promise_rows():
    usual = Work("pipelined", 128)
    for variant in ("no_sessions", "no_replay", "no_heartbeats", "no_slow_call_watch", "none"):
        name = "none of these" if variant == "none" else variant.replace("_", " ")
        yield Row(f"pipelined 128 with {name}", replace(usual, variant=variant), "per_second", "/s",
                  beside=(usual, "per_second"), nearest=(usual, "per_second"))


def curve_rows():
    """What only the plots need."""
    for window in WINDOWS:
        yield Row(f"curve: window {window}", Work("pipelined", window), "per_second", "/s")
    for size in PAYLOADS:
        yield Row(f"curve: strings of {size} bytes", Work("payload", size), "per_second", "/s")


def all_rows(with_curves):
    groups = [call_rows(), event_rows(), connection_rows(), tail_rows(), promise_rows()]
    return [row for group in groups + [curve_rows()] * with_curves for row in group]


def smallest(row):
    """The same with few connections in one place, to see in a moment that it runs."""
    def shrink(work):
        many = 16 if work.workload in ("idle", "active", "fanout") else 1024
        return replace(work, place="apart", count=min(work.count, many))

    def shrink_first(pair):
        return (shrink(pair[0]), pair[1]) if pair else ()
    return replace(row, work=shrink(row.work), beside=shrink_first(row.beside),
                   nearest=shrink_first(row.nearest))


# Sides whose programs need not know more than these works.
PEER_WORKS = ("sequential", "pipelined", "history", "events")


def sides_of(work, peers):
    """Who does a work: a variant is gatewire's own, and so is what only its server can do."""
    if work.workload not in FLOOR_WORKS or work.variant:
        return ["gatewire"]
    if work.workload not in PEER_WORKS + ("payload",):
        return ["gatewire", *FLOORS]
    wants_peers = work.workload in PEER_WORKS and work.place != "free"
    return ["gatewire", *FLOORS, "tree"] + (peers if wants_peers else [])
