// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef DESK_SCREEN_HPP
#define DESK_SCREEN_HPP

#include "book.hpp"
#include "types.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

namespace desk {

/// Prints what a client sees as one table with aligned columns. Every line ends with the position
/// and the cash that the client has after it.
class screen {
public:
    explicit screen(const book& own) : own_(own) {
        print("market time", "what", "order", "side", "volume", "price", "position", "cash",
              "note");
    }

    /// The market's time, which stands before every line.
    void set_time(time_point now) { now_ = now; }

    void show(const tick& t) { line("tick", "", "", "", number(t.last_price), {}); }

    void show(const order& o) {
        const auto volume = std::to_string(o.traded) + "/" + std::to_string(o.volume);
        const auto price = o.type == order_type::market ? "market" : number(o.price);
        std::string note(name_of(order_status_names, o.status));
        if (!o.reason.empty()) {
            note += ": " + o.reason;
        }
        line("order", std::to_string(o.order_id), name_of(side_names, o.side), volume, price, note);
    }

    void show(const trade& t) {
        line("trade", std::to_string(t.order_id), name_of(side_names, t.side),
             std::to_string(t.volume), number(t.price), {});
    }

    /// What is not about one order: connections, snapshots, the end.
    void say(std::string_view what, const std::string& text) { line(what, "", "", "", "", text); }

    static std::string number(double value) {
        char text[32];
        std::snprintf(text, sizeof text, "%.2f", value);
        return text;
    }

private:
    void line(std::string_view what, std::string_view order, std::string_view way,
              std::string_view volume, std::string_view price, const std::string& note) {
        print(time_text(), what, order, way, volume, price, std::to_string(own_.position()),
              number(own_.cash()), note);
    }

    static void print(std::string_view time, std::string_view what, std::string_view order,
                      std::string_view way, std::string_view volume, std::string_view price,
                      std::string_view position, std::string_view cash, std::string_view note) {
        const auto cell = [](std::string_view text, int width) {
            std::printf("%*.*s  ", width, static_cast<int>(text.size()), text.data());
        };
        cell(time, -16);
        cell(what, -10);
        cell(order, 5);
        cell(way, -4);
        cell(volume, 6);
        cell(price, 8);
        cell(position, 8);
        cell(cash, 11);
        std::printf("%.*s\n", static_cast<int>(note.size()), note.data());
        std::fflush(stdout);
    }

    std::string time_text() const {
        if (now_ == time_point{}) {
            return {};
        }
        const auto day = std::chrono::floor<std::chrono::days>(now_);
        const std::chrono::year_month_day date{day};
        const std::chrono::hh_mm_ss time{now_ - day};
        char text[32];
        std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(time.hours().count()),
                      static_cast<int>(time.minutes().count()));
        return text;
    }

    const book& own_;
    time_point now_{};
};

}  // namespace desk

#endif  // DESK_SCREEN_HPP
