// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef DESK_BOOK_HPP
#define DESK_BOOK_HPP

#include "types.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace desk {

/// What became of the orders that a client sent. Every one of them is in one of the other three.
struct order_counts {
    std::size_t sent = 0;
    std::size_t accepted = 0;
    std::size_t rejected = 0;
    std::size_t unknown = 0;  // The connection broke before the answer came.

    bool add_up() const { return sent == accepted + rejected + unknown; }
};

/// A client's own books: what it sent, what is open, what it holds. Others' orders and trades,
/// which have another reference, pass by.
///
/// It outlives the server: trades of a server that is gone still count, its open orders do not.
class book {
public:
    explicit book(std::string reference) : reference_(std::move(reference)) {}

    const std::string& reference() const { return reference_; }

    void sent() { ++counts_.sent; }
    void not_sent() { --counts_.sent; }  // It never left this process.
    void failed() { ++counts_.rejected; }
    void unanswered() { ++counts_.unknown; }
    void answered(const order& first) {
        known_.insert(first.order_id);
        count(first);
        add(first);
    }

    /// @return Whether the order is one of ours.
    bool add(const order& o) {
        if (o.reference != reference_) {
            return false;
        }
        if (o.is_active()) {
            open_[o.order_id] = o;
        } else {
            open_.erase(o.order_id);
        }
        return true;
    }

    /// @return Whether the trade is one of ours and was not booked before.
    bool add(const trade& t) {
        if (t.reference != reference_ || !booked_.insert(t.trade_id).second) {
            return false;
        }
        ++trades_;
        position_ += t.signed_volume();
        cash_ -= static_cast<double>(t.signed_volume()) * t.price;
        return true;
    }

    /// Brings the books up to date with what the server has, and so finds out about orders whose
    /// answers were lost.
    /// @return The number of trades that were missing here.
    std::size_t take_over(const std::vector<order>& orders, const std::vector<trade>& trades) {
        for (const order& each : orders) {
            if (add(each) && known_.insert(each.order_id).second && counts_.unknown > 0) {
                --counts_.unknown;
                count(each);
            }
        }
        std::size_t missing = 0;
        for (const trade& each : trades) {
            missing += add(each) ? 1 : 0;
        }
        return missing;
    }

    /// A new server numbers from one again and has never heard of what was open.
    /// @return The number of open orders that are lost.
    std::size_t forget_server() {
        const std::size_t lost = open_.size();
        open_.clear();
        known_.clear();
        booked_.clear();
        carried_ = position_;
        return lost;
    }

    /// Whether the server's own lists give the position that the pushed trades gave.
    bool agrees_with(const std::vector<order>& orders, const std::vector<trade>& trades) const {
        std::int64_t by_orders = 0;
        for (const order& each : orders) {
            if (each.reference == reference_) {
                by_orders += each.side == side::buy ? each.traded : -each.traded;
            }
        }
        std::int64_t by_trades = 0;
        for (const trade& each : trades) {
            by_trades += each.reference == reference_ ? each.signed_volume() : 0;
        }
        return by_orders == position_ - carried_ && by_trades == position_ - carried_;
    }

    const order_counts& counts() const { return counts_; }
    const std::map<std::uint64_t, order>& open_orders() const { return open_; }
    std::size_t trades() const { return trades_; }
    std::size_t trades_of_this_server() const { return booked_.size(); }
    std::int64_t position() const { return position_; }
    double cash() const { return cash_; }

private:
    void count(const order& o) {
        ++(o.status == order_status::rejected ? counts_.rejected : counts_.accepted);
    }

    std::string reference_;
    order_counts counts_;
    std::map<std::uint64_t, order> open_;
    std::set<std::uint64_t> known_;   // Orders of this server that are counted.
    std::set<std::uint64_t> booked_;  // Trades of this server.
    std::size_t trades_ = 0;
    std::int64_t position_ = 0;
    std::int64_t carried_ = 0;  // The part of the position that earlier servers gave.
    double cash_ = 0;
};

}  // namespace desk

#endif  // DESK_BOOK_HPP
