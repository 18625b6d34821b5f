// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "price_chart.hpp"

#include "text.hpp"
#include "theme.hpp"

#include <QCandlestickSeries>
#include <QCandlestickSet>
#include <QCategoryAxis>
#include <QChart>
#include <QChartView>
#include <QComboBox>
#include <QCoreApplication>
#include <QGraphicsLayout>
#include <QGraphicsSimpleTextItem>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineSeries>
#include <QMetaObject>
#include <QPen>
#include <QPointer>
#include <QVBoxLayout>
#include <QValueAxis>

#include <algorithm>
#include <cmath>
#include <utility>

namespace trader::ui {

namespace {

constexpr std::size_t ticks_max = 5000;

std::chrono::minutes length_of(interval each) {
    return each == interval::MINUTE ? std::chrono::minutes(1)
           : each == interval::HOUR ? std::chrono::hours(1)
                                    : std::chrono::days(1);
}

time_point begin_of(time_point moment, interval each) {
    return moment - (moment.time_since_epoch() % length_of(each));
}

/// A step of 1, 2 or 5 times a power of ten that divides a range into a few parts.
double nice_step(double range) {
    const double rough = (std::max)(range, 1e-6) / 5;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double ratio = rough / power;
    return power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10);
}

/// Takes a tick into the candle that it belongs to. What a tick does not tell is 0; then the prices
/// that were seen are what there is.
void extend(bar_data& bar, const tick_data& tick, bool is_day) {
    const double price = tick.last_price;
    bar.high_price = (std::max)(bar.high_price, price);
    bar.low_price = bar.low_price > 0 ? (std::min)(bar.low_price, price) : price;
    bar.close_price = price;
    if (is_day) {
        bar.volume = tick.volume;
        bar.open_price = tick.open_price > 0 ? tick.open_price : bar.open_price;
        bar.high_price = (std::max)(bar.high_price, tick.high_price);
        bar.low_price =
            tick.low_price > 0 ? (std::min)(bar.low_price, tick.low_price) : bar.low_price;
    }
}

/// Fills in what a history does not tell.
void complete(bar_data& bar) {
    bar.open_price = bar.open_price > 0 ? bar.open_price : bar.close_price;
    bar.high_price = (std::max)({bar.high_price, bar.open_price, bar.close_price});
    const double low = (std::min)(bar.open_price, bar.close_price);
    bar.low_price = bar.low_price > 0 ? (std::min)(bar.low_price, low) : low;
}

QString begin_text(time_point moment, interval each) {
    const QString text = moment_text(moment);
    return each == interval::DAILY ? text.left(10) : text.mid(5, 11);
}

}  // namespace

price_chart::price_chart(main_engine& main, event_bridge& bridge, QWidget* parent)
    : QWidget(parent),
      main_(main),
      timer_(this),
      title_(new QLabel("No symbol", this)),
      price_(new QLabel(this)),
      day_(new QLabel(this)),
      intervals_(new QComboBox(this)),
      chart_(new QChart),
      view_(new QChartView(chart_, this)),
      candles_(new QCandlestickSeries(chart_)),
      line_(new QLineSeries(chart_)),
      places_(new QValueAxis(chart_)),
      days_(new QCategoryAxis(chart_)),
      prices_(new QValueAxis(chart_)),
      tag_(new QGraphicsSimpleTextItem(chart_)) {
    setObjectName("price_chart");
    make_header();
    make_chart();
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, [this] {
        if (is_stale_) {
            draw();
        }
    });
    bridge.on<tick_data>(this, [this](const tick_data& tick) { take_tick(tick); });
    bridge.on<gateway_data>(this, [this](const gateway_data& gateway) {
        // After a break there may be days that no tick told of.
        if (gateway.state == gateway_state::CONNECTED && !contract_.symbol.empty()) {
            load_history();
        }
    });
}

void price_chart::make_header() {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* header = new QHBoxLayout;
    header->setContentsMargins(12, 6, 12, 2);
    header->setSpacing(14);
    layout->addLayout(header);
    title_->setObjectName("chart_title");
    price_->setObjectName("chart_price");
    day_->setObjectName("chart_day");
    // Where there is little room the texts are cut, rather than that they push the docks about.
    for (QLabel* each : {title_, price_, day_}) {
        each->setMinimumWidth(1);
    }
    title_->setStyleSheet("font-weight: bold; font-size: 10.5pt;");
    day_->setStyleSheet("color: " + theme::muted.name());
    header->addWidget(title_);
    header->addWidget(price_);
    header->addStretch(1);
    header->addWidget(day_);
    intervals_->setObjectName("chart_interval");
    for (const auto& [text, each] : {std::pair{"1 minute", interval::MINUTE},
                                     {"1 hour", interval::HOUR},
                                     {"1 day", interval::DAILY}}) {
        intervals_->addItem(text, static_cast<int>(each));
    }
    intervals_->setCurrentText("1 day");
    connect(intervals_, &QComboBox::currentIndexChanged, this,
            [this] { choose_interval(static_cast<interval>(intervals_->currentData().toInt())); });
    header->addWidget(intervals_);
    layout->addWidget(view_, 1);
}

void price_chart::make_chart() {
    setAutoFillBackground(true);
    auto colours = palette();
    colours.setColor(QPalette::Window, theme::base);
    setPalette(colours);
    view_->setFrameShape(QFrame::NoFrame);
    view_->setRenderHint(QPainter::Antialiasing, false);
    view_->setMinimumHeight(120);
    view_->setBackgroundBrush(theme::base);
    chart_->legend()->hide();
    chart_->layout()->setContentsMargins(0, 0, 0, 0);
    chart_->setMargins(QMargins(4, 2, 8, 2));
    chart_->setBackgroundRoundness(0);
    chart_->setBackgroundBrush(theme::base);
    candles_->setIncreasingColor(theme::up);
    candles_->setDecreasingColor(theme::down);
    candles_->setBodyOutlineVisible(true);  // A day without a change has no body.
    candles_->setMinimumColumnWidth(2);
    candles_->setBodyWidth(0.6);
    candles_->setCapsVisible(false);
    candles_->setPen(QPen(theme::muted, 1));
    line_->setPen(QPen(theme::accent, 1, Qt::DashLine));
    chart_->addSeries(candles_);
    chart_->addSeries(line_);
    chart_->addAxis(places_, Qt::AlignBottom);
    chart_->addAxis(days_, Qt::AlignBottom);
    chart_->addAxis(prices_, Qt::AlignRight);
    places_->setVisible(false);
    days_->setStartValue(-1);
    days_->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    prices_->setTickType(QValueAxis::TicksDynamic);
    for (QAbstractAxis* axis :
         {static_cast<QAbstractAxis*>(days_), static_cast<QAbstractAxis*>(prices_)}) {
        axis->setLabelsColor(theme::muted);
        axis->setLinePenColor(theme::line);
        axis->setGridLineColor(theme::grid);
        line_->attachAxis(axis);
    }
    candles_->attachAxis(places_);
    candles_->attachAxis(prices_);
    connect(chart_, &QChart::plotAreaChanged, this, [this] { place_tag(); });
    tag_->setBrush(theme::accent);
    tag_->setZValue(20);
}

void price_chart::show_symbol(const contract_data& contract) {
    contract_ = contract;
    bars_.clear();
    ticks_.clear();
    last_ = {};
    title_->setText(to_text(contract.vt_symbol()) + "   " + to_text(contract.name));
    prices_->setLabelFormat(QString("%.%1f").arg(decimals_of(contract.pricetick)));
    is_asking_ = false;
    load_history();
    if (const auto tick = main_.get_tick(contract.id())) {
        take_tick(*tick);
    }
    draw_soon();
}

void price_chart::load_history() {
    if (is_asking_) {
        return;
    }
    is_asking_ = true;
    const auto number = ++asked_;
    try {
        main_.query_history(
            {.symbol = contract_.symbol, .exchange = contract_.exchange, .interval = interval_},
            contract_.gateway_name,
            [self = QPointer(this), number](std::vector<bar_data> bars, const std::string& error) {
                // On any thread; `self` may only be looked at on that of the windows.
                QMetaObject::invokeMethod(
                    QCoreApplication::instance(),
                    [=, bars = std::move(bars)]() mutable {
                        if (self && self->asked_ == number) {
                            self->take_history(std::move(bars), error);
                        }
                    },
                    Qt::QueuedConnection);
            });
    } catch (const std::exception& failure) {
        take_history({}, failure.what());
    }
}

void price_chart::take_history(std::vector<bar_data> bars, const std::string& error) {
    is_asking_ = false;
    if (!error.empty()) {
        main_.write_log("no history of " + contract_.vt_symbol() + ": " + error, "chart",
                        log_data::warning);
        return;
    }
    rebuild(std::move(bars));
}

void price_chart::choose_interval(interval wanted) {
    interval_ = wanted;
    rebuild({});
    if (!contract_.symbol.empty()) {
        is_asking_ = false;
        load_history();
    }
}

void price_chart::rebuild(std::vector<bar_data> history) {
    bars_ = std::move(history);
    std::ranges::for_each(bars_, complete);
    const auto known =
        bars_.empty() ? time_point::min() : begin_of(bars_.back().datetime, interval_);
    for (const tick_data& each : ticks_) {
        if (begin_of(each.datetime, interval_) >= known) {
            add_tick(each);  // What is missing now is missing in the history too.
        }
    }
    if (bars_.size() > candle_count) {
        bars_.erase(bars_.begin(), bars_.end() - candle_count);
    }
    draw_soon();
}

void price_chart::take_tick(const tick_data& tick) {
    if (contract_.symbol.empty() || tick.id() != contract_.id()) {
        return;
    }
    if (tick.datetime < last_.datetime) {
        ticks_.clear();  // The market began again from an earlier day.
    }
    ticks_.push_back(tick);
    if (ticks_.size() > ticks_max) {
        ticks_.pop_front();
    }
    last_ = tick;
    draw_last_price();  // At once, as the table of ticks does.
    if (!add_tick(tick)) {
        load_history();
    }
    draw_soon();
}

bool price_chart::add_tick(const tick_data& tick) {
    // More than a long weekend without a candle: some may have been missed.
    constexpr std::chrono::days usual_gap{4};
    const auto begin = begin_of(tick.datetime, interval_);
    const auto last = bars_.empty() ? begin : begin_of(bars_.back().datetime, interval_);
    if (bars_.empty() || begin != last) {
        // The market may have begun again from an earlier day.
        std::erase_if(bars_, [&](const bar_data& each) {
            return begin_of(each.datetime, interval_) >= begin;
        });
        bars_.push_back({.gateway_name = tick.gateway_name,
                         .symbol = tick.symbol,
                         .exchange = tick.exchange,
                         .datetime = begin,
                         .interval = interval_,
                         .open_price = tick.last_price});
        if (bars_.size() > candle_count) {
            bars_.erase(bars_.begin());
        }
    }
    extend(bars_.back(), tick, interval_ == interval::DAILY);
    return interval_ != interval::DAILY || (begin >= last && begin - last <= usual_gap);
}

void price_chart::draw_soon() {
    is_stale_ = true;
    if (!timer_.isActive()) {
        draw();
    }
}

void price_chart::draw() {
    is_stale_ = false;
    timer_.start(period);
    draw_candles();
    draw_axes();
    draw_last_price();
}

void price_chart::draw_candles() {
    // Sets are kept and changed: making them anew costs most of the drawing.
    auto sets = candles_->sets();
    while (sets.size() > static_cast<qsizetype>(bars_.size())) {
        candles_->remove(sets.takeLast());
    }
    for (std::size_t index = 0; index < bars_.size(); ++index) {
        const auto& bar = bars_[index];
        const auto place = static_cast<qsizetype>(index);
        if (place == sets.size()) {
            sets.append(new QCandlestickSet(static_cast<double>(index)));
            candles_->append(sets.last());
        }
        auto* set = sets[place];
        set->setOpen(bar.open_price);
        set->setHigh(bar.high_price);
        set->setLow(bar.low_price);
        set->setClose(bar.close_price);
        set->setPen(QPen(bar.close_price < bar.open_price ? theme::down : theme::up, 1));
    }
}

void price_chart::draw_axes() {
    for (const auto& label : days_->categoriesLabels()) {
        days_->remove(label);
    }
    const auto count = static_cast<double>((std::max)(bars_.size(), std::size_t(10)));
    places_->setRange(-1, count);
    days_->setRange(-1, count);
    if (bars_.empty()) {
        return;
    }
    constexpr double label_width = 90;
    const auto most =
        static_cast<std::size_t>((std::clamp)(chart_->plotArea().width() / label_width, 1.0, 6.0));
    const std::size_t step = (std::max)(bars_.size() / most, std::size_t(1));
    for (std::size_t index = step / 2; index < bars_.size(); index += step) {
        days_->append(begin_text(bars_[index].datetime, interval_), static_cast<double>(index));
    }
    double low = bars_.front().low_price;
    double high = bars_.front().high_price;
    for (const auto& bar : bars_) {
        low = (std::min)(low, bar.low_price);
        high = (std::max)(high, bar.high_price);
    }
    const double margin = (std::max)((high - low) * 0.06, contract_.pricetick * 4);
    prices_->setTickAnchor(0);
    prices_->setTickInterval(nice_step(high - low + 2 * margin));
    prices_->setRange(low - margin, high + margin);
}

void price_chart::show_price() {
    if (last_.symbol.empty()) {
        price_->clear();
        day_->setText(bars_.empty() ? QString()
                                    : begin_text(bars_.back().datetime, interval::DAILY));
        return;
    }
    const double price = last_.last_price;
    const double change = last_.pre_close > 0 ? (price / last_.pre_close - 1) * 100 : 0;
    price_->setText(price_text(price, decimals_of(contract_.pricetick)) +
                    QString::asprintf("   %+.2f %%", change));
    price_->setStyleSheet("font-weight: bold; font-size: 10.5pt; color: " +
                          (change < 0 ? theme::down : theme::up).name());
    day_->setText(begin_text(last_.datetime, interval::DAILY) + " (UTC)");
}

void price_chart::place_tag() {
    const auto place = chart_->mapToPosition(QPointF(days_->max(), last_.last_price), line_);
    tag_->setPos(chart_->plotArea().left() + 6, place.y() - tag_->boundingRect().height() - 1);
}

void price_chart::draw_last_price() {
    const bool is_known = !last_.symbol.empty();
    line_->setVisible(is_known);
    tag_->setVisible(is_known);
    show_price();
    if (!is_known) {
        line_->clear();
        return;
    }
    const double price = last_.last_price;
    line_->replace({QPointF(days_->min(), price), QPointF(days_->max(), price)});
    tag_->setText(price_text(price, decimals_of(contract_.pricetick)));
    place_tag();
}

void price_chart::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    draw_soon();
}

}  // namespace trader::ui
