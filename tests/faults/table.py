# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Faults that were planted once, and the test that must catch each.

A fault is one change of one header. Its old text must stand there exactly once, so that the table
cannot rot: who changes that line moves the fault along.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    name: str
    header: str  # below include/gatewire
    old: str
    new: str
    test: str    # below tests


UNIT = "unit/protocol/"
FAULTS = (
    # Frames
    Fault("a frame of the limit and one byte is taken", "wire/frame.hpp",
          "if (size > frame_size_max_) {", "if (size > frame_size_max_ + 1) {",
          "unit/wire/frame_test.cpp"),
    Fault("a frame over the limit is waited for", "wire/frame.hpp",
          "if (size > frame_size_max_) {", "if (false) {", "unit/wire/frame_test.cpp"),
    Fault("lengths are read in the wrong order", "wire/frame.hpp",
          "return byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);",
          "return byte(3) << 24 | byte(2) << 16 | byte(1) << 8 | byte(0);",
          "unit/wire/frame_test.cpp"),
    Fault("half a frame is lost with the buffer", "wire/frame.hpp",
          "spare.append(bytes_.view().substr(begin_));", "", "unit/wire/frame_test.cpp"),
    # JSON
    Fault("one level deeper is taken", "wire/json/reader.hpp",
          "inline constexpr unsigned depth_max = 64;", "inline constexpr unsigned depth_max = 65;",
          "unit/wire/json/hostile_test.cpp"),
    Fault("two equal names in a large object are not seen", "wire/json/name_stack_impl.hpp",
          "return found != names_.end();", "return false;", "unit/wire/json/hostile_test.cpp"),
    Fault("two equal names in a small object are not seen", "wire/json/name_stack_impl.hpp",
          "if (std::find(first, name, *name) != name) {", "if (false) {",
          "unit/wire/json/aggregate_test.cpp"),
    Fault("halfway between two doubles is rounded down", "wire/json/nearest.hpp",
          "if ((product.high & 0x1FFU) == 0x1FFU) {", "if (false) {",
          "unit/wire/json/digits_test.cpp"),
    Fault("the smallest decimals are written out", "wire/json/write_scalar.hpp",
          "digits - 1 >= 99'999", "digits - 1 >= 0", "unit/wire/json/digits_test.cpp"),
    Fault("each list makes room for what is behind it", "wire/json/read_range.hpp",
          "(std::min)(rest / used + 1, budget / element_size)", "rest / used + 1",
          "unit/wire/json/take_test.cpp"),
    # What a server takes
    Fault("a batch has no limit", "protocol/server_connection.hpp",
          "if (messages.size() > limits_.batch_max) {", "if (false) {",
          UNIT + "server_batch_test.cpp"),
    Fault("an id has no limit", "protocol/server_connection.hpp",
          "} else if (received.id.size() > limits_.id_size_max) {", "} else if (false) {",
          UNIT + "server_connection_test.cpp"),
    Fault("calls in flight have no limit", "protocol/server_connection.hpp",
          "bool is_full() const noexcept { return in_flight() >= limits_.calls_in_flight_max; }",
          "bool is_full() const noexcept { return false; }",
          UNIT + "server_connection_test.cpp"),
    Fault("a draining server takes calls", "protocol/server_connection.hpp",
          "void drain() noexcept { is_draining_ = true; }",
          "void drain() noexcept { is_draining_ = false; }", UNIT + "server_connection_test.cpp"),
    Fault("strangers may call", "protocol/server_extensions.hpp",
          "return !facts_.needs_token || patience_.has_greeted();", "return true;",
          UNIT + "authentication_test.cpp"),
    Fault("roles are not asked for", "protocol/server_extensions.hpp",
          "if (!who_ || !who_->has_role(role)) {", "if (false) {", UNIT + "roles_test.cpp"),
    Fault("a token's beginning is enough", "credentials.hpp",
          "shown.size() == kept.size() ? 0 : 1;", "0;", "unit/credentials_test.cpp"),
    Fault("the answers of a batch go out before its last", "protocol/answer_queue.hpp",
          "--batch->open != 0", "--batch->open > 1", UNIT + "server_batch_test.cpp"),
    Fault("a batch's answers have no limit together", "protocol/answer_queue.hpp",
          "if (batch->parts.size() < answer_size_max_) {", "if (true) {",
          UNIT + "answer_queue_test.cpp"),
    Fault("pings have no limit", "protocol/peer_patience.hpp",
          "if (pings_ > limits_.pings_per_second_max) {", "if (false) {",
          UNIT + "peer_patience_test.cpp"),
    Fault("a silent client is waited for", "protocol/peer_patience.hpp",
          "return last_received + heartbeat_timeout_;", "return never;",
          UNIT + "peer_patience_test.cpp"),
    # Cancelling
    Fault("a cancel reaches nobody", "protocol/call_slots.hpp",
          "state.cancelled.store(true, std::memory_order_relaxed);", "",
          UNIT + "call_slots_test.cpp"),
    Fault("a cancel reaches every call", "protocol/call_slots.hpp",
          "if (!state->id.empty() && state->id == id) {", "if (!state->id.empty()) {",
          UNIT + "call_slots_test.cpp"),
    Fault("a call's state is used again while a method holds it", "protocol/call_slots.hpp",
          "if (state.use_count() != 1) {", "if (false) {", UNIT + "call_slots_test.cpp"),
    Fault("a call is started after its deadline", "typed/engine_runner.hpp",
          "} else if (now >= what.deadline) {", "} else if (false) {",
          "integration/expired_calls_test.cpp"),
    # Completions
    Fault("a late answer meets the slot's next call", "protocol/pending_calls.hpp",
          "|| slots_[index].uses != id >> 32", "", UNIT + "pending_calls_test.cpp"),
    Fault("a call completes twice", "protocol/pending_calls.hpp",
          "used.is_used = false;", "", UNIT + "pending_calls_test.cpp"),
    Fault("a deadline that has come is not seen", "protocol/pending_calls.hpp",
          "return used.deadline <= now;", "return used.deadline < now;",
          UNIT + "pending_calls_test.cpp"),
    Fault("ids grow beyond what JSON readers take exactly", "protocol/pending_calls.hpp",
          "used.uses = (used.uses + 1) & 0x1fffffU;", "used.uses += 1;",
          UNIT + "pending_calls_test.cpp"),
    Fault("a silent server is waited for", "protocol/server_patience.hpp",
          "if (now >= last_received + times_.heartbeat_timeout) {", "if (false) {",
          UNIT + "client_connection_test.cpp"),
    # Slow readers and slow senders
    Fault("the hard limit of a queue is not kept", "protocol/link_watch.hpp",
          "if (queued_ > bounds_.queue_hard_max) {", "if (false) {", UNIT + "link_watch_test.cpp"),
    Fault("the time above the soft limit begins anew with each byte", "protocol/link_watch.hpp",
          "} else if (soft_since_ == never) {", "} else {", UNIT + "link_watch_test.cpp"),
    Fault("a frame's time begins anew with each byte", "protocol/link_watch.hpp",
          "} else if (whole || partial_since_ == never) {", "} else {",
          UNIT + "link_watch_test.cpp"),
    Fault("a write may stand still", "protocol/link_watch.hpp",
          "if (passed(writing_since_, bounds_.write_deadline, now)) {", "if (false) {",
          UNIT + "link_watch_test.cpp"),
    # Reconnecting
    Fault("clients return together", "protocol/backoff.hpp",
          "pick(0, bound_.count());", "pick(bound_.count(), bound_.count());",
          UNIT + "backoff_test.cpp"),
    Fault("pauses grow without a bound", "protocol/backoff.hpp",
          "bound_ > max_ / 2 ? max_ : bound_ * 2", "bound_ * 2", UNIT + "backoff_test.cpp"),
    Fault("a gap begins one event too late", "protocol/session_trail.hpp",
          "missed = gap{newest_ + 1, position,", "missed = gap{newest_ + 2, position,",
          UNIT + "session_trail_test.cpp"),
    # Subscriptions
    Fault("an unsubscribed key goes on", "protocol/subscription_index.hpp",
          "change -= remove(found->second, who);", "", UNIT + "subscription_index_test.cpp"),
    Fault("subscriptions have no limit", "protocol/subscription_list.hpp",
          "                   count_max) {", "                   count_max && false) {",
          UNIT + "subscription_list_test.cpp"),
    # Sessions
    Fault("a call sent again is run again although its answer is kept",
          "protocol/session_memory.hpp", "if (auto kept = answers.take_earlier(id)) {",
          "if (auto kept = std::optional<std::string>()) {", UNIT + "session_memory_test.cpp"),
    Fault("a call sent again does not join the one that runs", "protocol/session_memory.hpp",
          "if (running == elsewhere_.end()) {", "if (true) {", UNIT + "session_memory_test.cpp"),
    Fault("answers are forgotten before they are acknowledged", "protocol/kept_answers.hpp",
          "next->last <= count", "next->last <= count + 1",
          UNIT + "kept_answers_test.cpp"),
    Fault("acknowledged answers are kept for ever", "protocol/kept_answers.hpp",
          "next != chunks_.end() && next->last <= count", "false",
          UNIT + "kept_answers_test.cpp"),
    Fault("the same key with other contents gets the old answer", "session/once_book.hpp",
          "if (known.params != params) {", "if (false) {", "unit/session/once_book_test.cpp"),
    Fault("a key is not looked up", "session/once_book.hpp",
          "if (found == entries_.end()) {", "if (true) {", "unit/session/once_book_test.cpp"),
    Fault("a full book takes more keys", "session/once_book.hpp",
          "if (entries_.size() >= keys_max_ ||", "if (", "unit/session/once_book_test.cpp"),
    # Events
    Fault("a replay begins one event too late", "protocol/event_ring.hpp",
          "if (at.number > number) {", "if (at.number > number + 1) {",
          UNIT + "event_store_test.cpp"),
    Fault("a replay repeats the last event", "protocol/event_ring.hpp",
          "if (at.number > number) {", "if (at.number >= number) {", UNIT + "event_store_test.cpp"),
    Fault("the memory of events has no bound", "protocol/event_ring.hpp",
          "while (size_ > size_max_) {", "while (false) {", UNIT + "event_store_test.cpp"),
    Fault("what a replay lacks is not told", "protocol/event_store.hpp",
          "if (seen.last + 1 >= first ||", "if (true ||", UNIT + "event_store_test.cpp"),
    Fault("events that are not `latest` are conflated", "protocol/event_store.hpp",
          "if (event.is_latest && event.target.empty()) {", "if (event.target.empty()) {",
          UNIT + "event_store_test.cpp"),
    Fault("an older one of a key wins", "protocol/latest_values.hpp",
          "kept.frame = event.frame;", "", UNIT + "event_store_test.cpp"),
)
