// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_TABLE_MODEL_HPP
#define TRADER_TABLE_MODEL_HPP

#include <QAbstractTableModel>
#include <QColor>
#include <QString>
#include <QVariant>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace trader::ui {

/// How one value stands in a table.
struct cell {
    QString text;
    QVariant order{};  ///< What rows are sorted by; the text if it is not valid.
    QColor colour{};   ///< Of the text; the usual one if it is not valid.
};

/// A column: its title, its width in pixels, and what it shows of a row's data.
template <class Data>
struct column {
    QString title;
    int width;
    bool is_number;
    std::function<cell(const Data&)> show;
};

/// Rows of data, each with a key, the newest at the top. Beyond a number of rows the oldest go.
template <class Data>
class table_model : public QAbstractTableModel {
public:
    using key_function = std::function<std::string(const Data&)>;

    table_model(std::vector<column<Data>> columns, key_function key, std::size_t most_rows,
                QObject* parent)
        : QAbstractTableModel(parent),
          columns_(std::move(columns)),
          key_(std::move(key)),
          most_rows_(most_rows) {}

    /// Puts data into its row, which is made if there is none of its key.
    void update(const Data& data) {
        const std::string key = key_(data);
        if (const auto found = numbers_.find(key); found != numbers_.end()) {
            rows_[found->second - first_] = data;
            const int row = row_of(found->second);
            dataChanged(index(row, 0), index(row, static_cast<int>(columns_.size()) - 1));
            return;
        }
        if (rows_.size() >= most_rows_) {
            remove_oldest();
        }
        beginInsertRows({}, 0, 0);
        numbers_[key] = first_ + rows_.size();
        rows_.push_back(data);
        endInsertRows();
    }

    void remove(const std::string& key) {
        const auto found = numbers_.find(key);
        if (found == numbers_.end()) {
            return;
        }
        const auto place = found->second - first_;
        const int row = row_of(found->second);
        beginRemoveRows({}, row, row);
        rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(place));
        number_anew();
        endRemoveRows();
    }

    template <class Predicate>
    void remove_if(Predicate is_meant) {
        if (std::ranges::any_of(rows_, is_meant)) {
            beginResetModel();
            std::erase_if(rows_, is_meant);
            number_anew();
            endResetModel();
        }
    }

    /// Makes the rows what `all` is.
    void replace(const std::vector<Data>& all) {
        std::unordered_set<std::string> keys;
        for (const Data& each : all) {
            keys.insert(key_(each));
        }
        remove_if([&](const Data& data) { return !keys.contains(key_(data)); });
        for (const Data& each : all) {
            update(each);
        }
    }

    const Data& at(int row) const { return rows_[place_of(row)]; }
    const std::vector<column<Data>>& columns() const { return columns_; }

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(rows_.size());
    }

    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(columns_.size());
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (orientation != Qt::Horizontal) {
            return {};
        }
        const auto& shown = columns_[static_cast<std::size_t>(section)];
        if (role == Qt::DisplayRole) {
            return shown.title;
        }
        return role == Qt::TextAlignmentRole ? alignment(shown) : QVariant();
    }

    QVariant data(const QModelIndex& index, int role) const override {
        const auto& shown = columns_[static_cast<std::size_t>(index.column())];
        if (role == Qt::TextAlignmentRole) {
            return alignment(shown);
        }
        if (role != Qt::DisplayRole && role != Qt::ForegroundRole && role != Qt::UserRole &&
            role != Qt::ToolTipRole) {
            return {};
        }
        const cell found = shown.show(at(index.row()));
        if (role == Qt::UserRole) {
            return found.order.isValid() ? found.order : QVariant(found.text);
        }
        if (role == Qt::ForegroundRole) {
            return found.colour.isValid() ? QVariant(found.colour) : QVariant();
        }
        return found.text;
    }

private:
    static QVariant alignment(const column<Data>& shown) {
        return int(shown.is_number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
    }

    // Rows are numbered in the order in which they came; `first_` is the number of the oldest.
    int row_of(std::uint64_t number) const {
        return static_cast<int>(rows_.size() - 1 - (number - first_));
    }
    std::size_t place_of(int row) const { return rows_.size() - 1 - static_cast<std::size_t>(row); }

    void remove_oldest() {
        const int last = static_cast<int>(rows_.size()) - 1;
        beginRemoveRows({}, last, last);
        numbers_.erase(key_(rows_.front()));
        rows_.pop_front();
        ++first_;
        endRemoveRows();
    }

    void number_anew() {
        numbers_.clear();
        for (std::size_t place = 0; place < rows_.size(); ++place) {
            numbers_[key_(rows_[place])] = first_ + place;
        }
    }

    const std::vector<column<Data>> columns_;
    const key_function key_;
    const std::size_t most_rows_;
    std::deque<Data> rows_;
    std::uint64_t first_ = 0;
    std::unordered_map<std::string, std::uint64_t> numbers_;
};

}  // namespace trader::ui

#endif  // TRADER_TABLE_MODEL_HPP
