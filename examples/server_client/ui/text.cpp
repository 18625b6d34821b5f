// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "text.hpp"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

#include <cmath>

namespace trader::ui {

namespace {

constexpr int most_decimals = 6;

QString number_text(double number, int decimals) {
    return QLocale(QLocale::English).toString(number, 'f', decimals);
}

QDateTime to_date_time(time_point moment) {
    const auto since = std::chrono::floor<std::chrono::milliseconds>(moment.time_since_epoch());
    return QDateTime::fromMSecsSinceEpoch(since.count(), QTimeZone(0));
}

}  // namespace

int decimals_of(double step) {
    double scaled = std::abs(step);
    int decimals = 0;
    while (decimals < most_decimals && std::abs(scaled - std::round(scaled)) > 1e-6) {
        scaled *= 10;
        ++decimals;
    }
    return decimals;
}

QString price_text(double price, int decimals) {
    return number_text(price, decimals);
}

QString money_text(double amount) {
    return number_text(amount, 2);
}

QString volume_text(double volume) {
    return number_text(volume, decimals_of(volume));
}

QString moment_text(time_point moment) {
    return to_date_time(moment).toString("yyyy-MM-dd HH:mm:ss");
}

QString moment_text(const std::optional<time_point>& moment) {
    return moment ? moment_text(*moment) : QString();
}

QString clock_text(time_point moment) {
    return to_date_time(moment).toString("HH:mm:ss.zzz");
}

}  // namespace trader::ui
