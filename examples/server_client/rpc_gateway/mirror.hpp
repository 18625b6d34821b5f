// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_MIRROR_HPP
#define TRADER_MIRROR_HPP

#include "../trader/oms_book.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace trader::remote {

/// What a client knows of its server, and what it has still to tell. A value: no thread, no
/// network.
///
/// After each connection a snapshot is taken while events go on. Until it is whole nothing of it is
/// told; then only what is new or different is, each thing once, so that nobody who counts trades
/// counts one twice. If something that was told is not in the snapshot, the server was started
/// anew: a reset is told first, and then everything.
class mirror {
public:
    using teller = std::function<void(event)>;

    /// A snapshot begins; a former one that was not finished is forgotten.
    void begin_snapshot() { incoming_.emplace(); }

    /// The connection is gone: what comes is of no use until a snapshot begins.
    void pause() {
        incoming_.reset();
        ticks_ = {};
        is_live_ = false;
    }

    /// Takes a tick, which belongs to no snapshot: it is told at once, and once, whether it comes
    /// as an event, in answer to a subscription, or again after a connection was lost.
    void take(const tick_data& tick, const teller& tell) {
        ticks_.update(tick);
        if (told_.update(tick)) {
            tell(make_event(tick));
        }
    }

    /// Takes part of a snapshot, or an event.
    template <class Data>
    void take(const Data& data, const teller& tell) {
        if (incoming_) {
            incoming_->update(data);
        } else if (is_live_ && told_.update(data)) {
            tell(make_event(data));
        }
    }

    /// The snapshot is whole.
    /// @param name  The gateway that a reset is about.
    /// @return Whether the server is another than before.
    bool finish_snapshot(const std::string& name, const teller& tell) {
        const bool is_other = lacks_something();
        if (is_other) {
            told_ = {};
            tell(make_event(reset_data{name}));
        }
        tell_news<contract_data>(tell);
        tell_news<account_data>(tell);
        tell_news<position_data>(tell);
        tell_news<order_data>(tell);
        tell_news<trade_data>(tell);
        tell_news<quote_data>(tell);
        tell_news<gateway_data>(tell);
        if (is_other) {
            // The reset was about these, too, though they are the new server's.
            tell_all_of(ticks_.all<tick_data>(), tell);
        }
        incoming_.reset();
        is_live_ = true;
        return is_other;
    }

    bool is_live() const { return is_live_ && !incoming_; }

    /// Whether the server has, or in the snapshot so far had, an order or quote of this id.
    template <class Data>
    bool knows(const std::string& id) const {
        return (incoming_ ? *incoming_ : told_).template all<Data>().contains(id);
    }

private:
    template <class Data>
    bool has_all_of() const {
        return std::ranges::all_of(told_.all<Data>(), [this](const auto& each) {
            return incoming_->template all<Data>().contains(each.first);
        });
    }

    bool lacks_something() const {
        return !has_all_of<contract_data>() || !has_all_of<account_data>() ||
               !has_all_of<position_data>() || !has_all_of<order_data>() ||
               !has_all_of<trade_data>() || !has_all_of<quote_data>();
    }

    template <class Data>
    void tell_news(const teller& tell) {
        tell_all_of(incoming_->template all<Data>(), tell);
    }

    template <class Items>
    void tell_all_of(const Items& items, const teller& tell) {
        for (const auto& [id, data] : items) {
            if (told_.update(data)) {
                tell(make_event(data));
            }
        }
    }

    oms_book told_;
    oms_book ticks_;  // Those of this connection.
    std::optional<oms_book> incoming_;
    bool is_live_ = false;
};

}  // namespace trader::remote

#endif  // TRADER_MIRROR_HPP
