// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "fix_prices.hpp"

#include "../trader/tick_levels.hpp"
#include "fix_messages.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>

namespace trader::fix {

namespace {

/// What may stand in an entry. Those of the second list stand there in an X only; in a W they are
/// of the whole message.
const std::vector<int> entry_tags{269, 278, 270, 15,  271, 272, 273, 274, 275, 336, 625, 276,
                                  277, 282, 283, 284, 286, 59,  432, 126, 110, 18,  287, 37,
                                  299, 288, 289, 346, 290, 546, 811, 58,  354, 355};
const std::vector<int> changed_tags{279, 285, 280, 55,  48,  22,  167, 461, 200,
                                    541, 202, 231, 207, 107, 291, 292, 451};

std::vector<int> with(std::vector<int> tags, const std::vector<int>& more) {
    tags.insert(tags.end(), more.begin(), more.end());
    return tags;
}

/// When an entry is of, if it says so.
std::optional<time_point> time_of(const message& entry) {
    return read_utc(entry.text(tag::md_entry_date) + "-" + entry.text(tag::md_entry_time));
}

}  // namespace

bool price_board::take(const message& said) {
    const bool is_snapshot = said.type == "W";
    if (is_snapshot) {
        book_.clear();
        tick_ = blank_;
        has_snapshot_ = true;
    } else if (!has_snapshot_) {
        return false;
    }
    tick_.datetime = read_utc(said.text(tag::sending_time)).value_or(tick_.datetime);
    const auto tags = is_snapshot ? entry_tags : with(entry_tags, changed_tags);
    for (const auto& each : said.group(tag::no_md_entries, tags)) {
        if (is_snapshot) {
            take_entry(each, '0');
        } else if (!each.has(tag::symbol) || each.text(tag::symbol) == blank_.symbol) {
            const auto action = each.text(tag::md_update_action);
            take_entry(each, action.empty() ? '0' : action[0]);
        }
    }
    fill_levels();
    return true;
}

void price_board::take_entry(const message& said, char action) {
    const auto type = said.text(tag::md_entry_type);
    entry told;
    told.type = type.empty() ? ' ' : type[0];
    told.id = said.text(tag::md_entry_id);
    told.place = said.whole(tag::md_entry_position_no);
    told.price = said.number(tag::md_entry_px);
    told.volume = said.number(tag::md_entry_size);
    tick_.datetime = time_of(said).value_or(tick_.datetime);
    if (told.type == '0' || told.type == '1') {
        const auto earlier = said.text(tag::md_entry_ref_id);
        take_level(told, earlier.empty() ? told.id : earlier, action);
    } else if (action != '2') {
        take_value(told, said.has(tag::md_entry_px));
    }
}

void price_board::take_level(const entry& told, const std::string& known_as, char action) {
    const auto known = std::ranges::find_if(book_, [&](const entry& each) {
        if (each.type != told.type) {
            return false;
        }
        if (!known_as.empty()) {
            return each.id == known_as;
        }
        return told.place > 0 ? each.place == told.place : each.price == told.price;
    });
    if (action == '2') {
        if (known != book_.end()) {
            book_.erase(known);
        }
    } else if (known != book_.end()) {
        *known = told;
    } else {
        book_.push_back(told);
    }
}

void price_board::take_value(const entry& told, bool has_price) {
    switch (told.type) {
        case '2':
            tick_.last_price = told.price;
            tick_.last_volume = told.volume;
            break;
        case '4': tick_.open_price = told.price; break;
        case '5': tick_.pre_close = told.price; break;
        case '7': tick_.high_price = told.price; break;
        case '8': tick_.low_price = told.price; break;
        case 'B': tick_.volume = has_price && told.volume == 0 ? told.price : told.volume; break;
        case 'C': tick_.open_interest = told.volume; break;
        default: break;
    }
}

void price_board::fill_levels() {
    for (const bool is_bid : {true, false}) {
        std::vector<entry> side;
        std::ranges::copy_if(book_, std::back_inserter(side),
                             [&](const entry& each) { return each.type == (is_bid ? '0' : '1'); });
        std::ranges::sort(side, [&](const entry& one, const entry& other) {
            return is_bid ? one.price > other.price : one.price < other.price;
        });
        const auto& levels = is_bid ? bid_levels : ask_levels;
        for (std::size_t i = 0; i < levels.size(); ++i) {
            tick_.*levels[i].price = i < side.size() ? side[i].price : 0;
            tick_.*levels[i].volume = i < side.size() ? side[i].volume : 0;
        }
    }
}

}  // namespace trader::fix
