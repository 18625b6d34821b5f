// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_PRICE_CHART_HPP
#define TRADER_PRICE_CHART_HPP

#include "../trader/main_engine.hpp"
#include "event_bridge.hpp"

#include <QTimer>
#include <QWidget>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

class QCandlestickSeries;
class QCategoryAxis;
class QChart;
class QChartView;
class QComboBox;
class QGraphicsSimpleTextItem;
class QLabel;
class QLineSeries;
class QValueAxis;

namespace trader::ui {

/// Candles of a minute, an hour or a day of a symbol: its history, and what ticks tell of; with a
/// line at the last price. Draws candles ten times a second at most.
class price_chart : public QWidget {
public:
    static constexpr std::chrono::milliseconds period{100};
    static constexpr std::size_t candle_count = 60;

    price_chart(main_engine& main, event_bridge& bridge, QWidget* parent = nullptr);

    void show_symbol(const contract_data& contract);

    std::size_t candles() const { return bars_.size(); }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void make_header();
    void make_chart();
    void load_history();
    void take_history(std::vector<bar_data> bars, const std::string& error);
    void take_tick(const tick_data& tick);
    void choose_interval(interval wanted);
    /// Makes the candles anew, of the history and of the ticks that were seen since.
    void rebuild(std::vector<bar_data> history);
    /// Adds a tick to its candle, which is made if there is none.
    /// @return Whether that follows the candle before; if not, some may be missing.
    bool add_tick(const tick_data& tick);
    void draw_soon();
    void draw();
    void draw_candles();
    void draw_axes();
    void draw_last_price();
    void show_price();
    void place_tag();

    main_engine& main_;
    contract_data contract_{};
    std::uint64_t asked_ = 0;  // Answers to former questions are of no use.
    bool is_asking_ = false;
    interval interval_ = interval::DAILY;
    std::vector<bar_data> bars_;
    std::deque<tick_data> ticks_;  // The newest of the symbol, for another interval.
    tick_data last_{};
    QTimer timer_;
    bool is_stale_ = false;

    QLabel* title_;
    QLabel* price_;
    QLabel* day_;
    QComboBox* intervals_;
    QChart* chart_;
    QChartView* view_;
    QCandlestickSeries* candles_;
    QLineSeries* line_;
    QValueAxis* places_;  // Of candles, which take no axis with names.
    QCategoryAxis* days_;
    QValueAxis* prices_;
    QGraphicsSimpleTextItem* tag_;
};

}  // namespace trader::ui

#endif  // TRADER_PRICE_CHART_HPP
