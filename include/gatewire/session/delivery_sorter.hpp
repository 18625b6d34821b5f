// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_DELIVERY_SORTER_HPP
#define GATEWIRE_SESSION_DELIVERY_SORTER_HPP

#include <gatewire/session/gateway_item.hpp>
#include <gatewire/session/received_answers.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace rpc::inline v1::session {

/// Sorts what one read brought by when it may be told.
struct delivery_sorter {
    received_answers& after_read;
    gateway_batch in_order;   // events, and the answers between them
    gateway_batch at_once{};  // answers for threads that wait; their texts stay in the frames

    /// @param completion  Of an answer; null if nobody waits for it any more. Where there is no
    ///                    memory, it is left where it is.
    void add(const protocol::delivery& what, completion_ptr& completion) {
        using turn = call_completion::turn;
        if (what.what == protocol::delivery::kind::event) {
            in_order.add_event(what);
        } else if (completion && completion->when() == turn::in_order) {
            in_order.add_answer(what, completion);
        } else if (completion && completion->when() == turn::at_once) {
            at_once.add_answer(what, completion);
        } else if (completion) {
            after_read.push(what, completion);
        }
    }

    /// Gives `in_order` the bytes that its texts point into: the frames' own if nothing else needs
    /// them, else a copy.
    void take_bytes(wire::buffer& frames) {
        if (at_once.items.empty()) {
            in_order.bytes.swap(frames);
            return;
        }
        in_order.bytes.clear();
        in_order.bytes.append(frames.view());
        const std::string_view copy = in_order.bytes.view();
        for (gateway_item& item : in_order.items) {
            if (!item.text.empty()) {
                item.text = copy.substr(static_cast<std::size_t>(item.text.data() - frames.data()),
                                        item.text.size());
            }
        }
    }
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_DELIVERY_SORTER_HPP
