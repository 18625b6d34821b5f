// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "trading_panel.hpp"

#include "book_view.hpp"
#include "text.hpp"
#include "theme.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QGraphicsOpacityEffect>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSignalBlocker>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <exception>
#include <set>
#include <stdexcept>

namespace trader::ui {

namespace {

constexpr double largest_number = 1e9;

/// A list of all names of an enumeration, with the values behind them.
template <class Enum, std::size_t Size>
void fill(QComboBox& list, const names<Enum, Size>& known) {
    for (const auto& [value, name] : known) {
        list.addItem(to_text(name), static_cast<int>(value));
    }
}

template <class Enum>
Enum chosen(const QComboBox& list) {
    return static_cast<Enum>(list.currentData().toInt());
}

QPushButton* add_button(QLayout& layout, const QString& text, const QString& name) {
    auto* button = new QPushButton(text);
    button->setObjectName(name);
    layout.addWidget(button);
    return button;
}

void require(bool is_right, const char* problem) {
    if (!is_right) {
        throw std::invalid_argument(problem);
    }
}

}  // namespace

trading_panel::trading_panel(main_engine& main, event_bridge& bridge, QWidget* parent)
    : QWidget(parent),
      main_(main),
      tabs_(new QTabWidget(this)),
      exchange_(new QComboBox(this)),
      symbol_(new QComboBox(this)),
      name_(new QLabel("-", this)),
      gateway_(new QComboBox(this)),
      book_(new book_view(this)),
      age_(new QLabel(this)),
      rights_(new QLabel(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 10, 8);
    layout->setSpacing(8);
    auto* form = new QFormLayout;
    form->setVerticalSpacing(6);
    layout->addLayout(form);
    add_symbol_lines(*form);
    auto* subscribing = add_button(*layout, "Subscribe", "subscribe_button");
    tabs_->setObjectName("trading_tabs");
    tabs_->addTab(make_order_tab(), "Order");
    tabs_->addTab(make_quote_tab(), "Quote");
    rights_->setObjectName("rights_label");
    rights_->setWordWrap(true);
    rights_->hide();
    layout->addWidget(rights_);
    layout->addWidget(tabs_);
    auto* book = new QGroupBox("Book", this);
    auto* inside = new QVBoxLayout(book);
    inside->setContentsMargins(10, 8, 10, 8);
    inside->addWidget(book_);
    age_->setObjectName("book_age");
    age_->setWordWrap(true);
    age_->hide();
    theme::show_as_error(*age_);
    inside->addWidget(age_);
    layout->addWidget(book);
    layout->addStretch(1);

    connect(subscribing, &QPushButton::clicked, this, [this] { subscribe(); });
    book_->on_price = [this](double price) {
        follows_->setChecked(false);
        price_->setValue(price);
    };
    bridge.on<contract_data>(this, [this](const auto& contract) { take_contract(contract); });
    bridge.on<tick_data>(this, [this](const auto& tick) { take_tick(tick); });
    bridge.on<order_data>(this, [this](const auto& order) { take_order(order); });
    bridge.on<quote_data>(this, [this](const auto& quote) { take_quote(quote); });
    bridge.on<gateway_data>(this, [this](const auto&) {
        show_age();
        show_rights();
    });
    bridge.on<reset_data>(this, [this](const reset_data& reset) {
        std::erase_if(contracts_,
                      [&](const auto& each) { return reset.covers(each.second.gateway_name); });
        list_contracts_anew();
    });
    list_exchanges();
    list_gateways();
    for (const auto& each : main_.get_all_contracts()) {
        take_contract(each);
    }
}

void trading_panel::add_symbol_lines(QFormLayout& form) {
    exchange_->setObjectName("exchange_list");
    symbol_->setObjectName("symbol_list");
    symbol_->setEditable(true);
    symbol_->setInsertPolicy(QComboBox::NoInsert);
    symbol_->lineEdit()->setObjectName("symbol_line");
    symbol_->lineEdit()->setPlaceholderText("symbol, or symbol.exchange");
    gateway_->setObjectName("gateway_list");
    name_->setObjectName("name_label");
    name_->setStyleSheet("color: " + theme::muted.name());
    form.addRow("Exchange", exchange_);
    form.addRow("Symbol", symbol_);
    form.addRow("Name", name_);
    form.addRow("Gateway", gateway_);
    form.setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    for (auto* list : {exchange_, symbol_, gateway_}) {
        list->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    connect(gateway_, &QComboBox::currentTextChanged, this, [this] { show_rights(); });
    connect(symbol_, &QComboBox::activated, this, [this] { subscribe(); });
    connect(symbol_->lineEdit(), &QLineEdit::returnPressed, this, [this] { subscribe(); });
}

QComboBox* trading_panel::add_list(QFormLayout& form, const QString& title, const QString& name) {
    auto* list = new QComboBox;
    list->setObjectName(name);
    list->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    form.addRow(title, list);
    return list;
}

QDoubleSpinBox* trading_panel::add_number(QFormLayout& form, const QString& title,
                                          const QString& name) {
    auto* number = new QDoubleSpinBox;
    number->setObjectName(name);
    number->setRange(0, largest_number);
    number->setDecimals(2);
    number->setAlignment(Qt::AlignRight);
    number->setLocale(QLocale(QLocale::C));
    number->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    form.addRow(title, number);
    return number;
}

QLabel* trading_panel::add_error(QWidget& parent, const QString& name) {
    auto* label = new QLabel(&parent);
    label->setObjectName(name);
    label->setWordWrap(true);
    label->setMinimumHeight(2 * label->fontMetrics().height());
    label->setAlignment(Qt::AlignTop);
    theme::show_as_error(*label);
    parent.layout()->addWidget(label);
    return label;
}

QWidget* trading_panel::make_order_tab() {
    auto* tab = new QWidget;
    auto* layout = new QVBoxLayout(tab);
    auto* form = new QFormLayout;
    layout->addLayout(form);
    direction_ = add_list(*form, "Direction", "direction_list");
    direction_->addItem("LONG", static_cast<int>(direction::LONG));
    direction_->addItem("SHORT", static_cast<int>(direction::SHORT));
    offset_ = add_list(*form, "Offset", "offset_list");
    fill(*offset_, offset_names);
    type_ = add_list(*form, "Type", "type_list");
    fill(*type_, order_type_names);
    volume_ = add_number(*form, "Volume", "volume_number");
    volume_->setDecimals(0);
    volume_->setValue(1);
    price_ = add_number(*form, "Price", "price_number");
    follows_ = new QCheckBox("Follow market");
    follows_->setObjectName("follow_box");
    follows_->setToolTip("The price is the best one of the other side of the book");
    form->addRow("", follows_);
    auto* buttons = new QHBoxLayout;
    layout->addLayout(buttons);
    send_order_ = add_button(*buttons, "Send order", "send_order_button");
    send_order_->setProperty("primary", true);
    cancel_all_ = add_button(*buttons, "Cancel all", "cancel_all_button");
    order_error_ = add_error(*tab, "order_error");
    connect(send_order_, &QPushButton::clicked, this, [this] { send_order(); });
    for (auto* number : {volume_, price_}) {
        connect(number->findChild<QLineEdit*>(), &QLineEdit::returnPressed, this,
                [this] { send_order(); });
    }
    auto* escape = new QShortcut(Qt::Key_Escape, tab);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, [this] { clear_order(); });
    connect(cancel_all_, &QPushButton::clicked, this, [this] {
        if (on_cancel_all) {
            on_cancel_all();
        }
    });
    return tab;
}

QWidget* trading_panel::make_quote_tab() {
    auto* tab = new QWidget;
    auto* layout = new QVBoxLayout(tab);
    auto* form = new QFormLayout;
    layout->addLayout(form);
    bid_offset_ = add_list(*form, "Bid offset", "quote_bid_offset");
    bid_price_ = add_number(*form, "Bid price", "quote_bid_price");
    bid_volume_ = add_number(*form, "Bid volume", "quote_bid_volume");
    ask_offset_ = add_list(*form, "Ask offset", "quote_ask_offset");
    ask_price_ = add_number(*form, "Ask price", "quote_ask_price");
    ask_volume_ = add_number(*form, "Ask volume", "quote_ask_volume");
    for (auto* list : {bid_offset_, ask_offset_}) {
        fill(*list, offset_names);
    }
    for (auto* number : {bid_volume_, ask_volume_}) {
        number->setDecimals(0);
        number->setValue(1);
    }
    send_quote_ = add_button(*layout, "Send quote", "send_quote_button");
    send_quote_->setProperty("primary", true);
    quote_error_ = add_error(*tab, "quote_error");
    layout->addStretch(1);
    connect(send_quote_, &QPushButton::clicked, this, [this] { send_quote(); });
    return tab;
}

void trading_panel::take_contract(const contract_data& contract) {
    const std::string id = contract.id();
    const bool is_new = contracts_.insert_or_assign(id, contract).second;
    const QString text = to_text(contract.symbol);
    if (is_new && symbol_->findText(text) < 0) {
        const QString typed = symbol_->currentText();
        symbol_->addItem(text);
        symbol_->setEditText(typed);
    }
    if (is_new) {
        list_exchanges();
        list_gateways();
        propose_symbol();
    }
}

void trading_panel::propose_symbol() {
    if (symbol_->currentText().isEmpty()) {
        symbol_->setEditText(to_text(contracts_.begin()->second.symbol));
        apply_symbol();
    }
}

void trading_panel::list_contracts_anew() {
    const QString typed = symbol_->currentText();
    symbol_->clear();
    for (const auto& [id, contract] : contracts_) {
        if (symbol_->findText(to_text(contract.symbol)) < 0) {
            symbol_->addItem(to_text(contract.symbol));
        }
    }
    symbol_->setEditText(typed);
    list_exchanges();
    list_gateways();
}

void trading_panel::list_exchanges() {
    const QString was = exchange_->currentText();
    std::set<exchange> open;
    for (const auto& [id, contract] : contracts_) {
        open.insert(contract.exchange);
    }
    if (open.empty()) {
        const auto all = main_.get_all_exchanges();
        open.insert(all.begin(), all.end());
    }
    exchange_->clear();
    for (const exchange each : open) {
        exchange_->addItem(name_text(each), static_cast<int>(each));
    }
    if (const int place = exchange_->findText(was); place >= 0) {
        exchange_->setCurrentIndex(place);
    }
}

void trading_panel::list_gateways() {
    const QString was = gateway_->currentText();
    gateway_->clear();
    for (const auto& each : main_.get_trading_gateway_names()) {
        gateway_->addItem(to_text(each));
    }
    if (const int place = gateway_->findText(was); place >= 0) {
        gateway_->setCurrentIndex(place);
    }
}

std::optional<contract_data> trading_panel::find_contract(const std::string& symbol) const {
    // Best the chosen gateway's, then the one that is shown, then any.
    std::optional<contract_data> found;
    for (const auto& [id, contract] : contracts_) {
        if (contract.vt_symbol() != symbol && contract.symbol != symbol) {
            continue;
        }
        if (contract.gateway_name == chosen_gateway()) {
            return contract;
        }
        if (!found || id == shown_) {
            found = contract;
        }
    }
    return found;
}

void trading_panel::pick(const std::string& vt_symbol, const std::string& gateway) {
    if (const int place = gateway_->findText(to_text(gateway)); place >= 0) {
        gateway_->setCurrentIndex(place);
    }
    symbol_->setEditText(to_text(vt_symbol));
    subscribe();
}

void trading_panel::prepare_close(const position_data& position) {
    pick(position.vt_symbol(), position.gateway_name);
    tabs_->setCurrentIndex(0);
    const bool is_long = position.direction == direction::LONG ||
                         (position.direction == direction::NET && position.volume > 0);
    direction_->setCurrentText(name_text(is_long ? direction::SHORT : direction::LONG));
    if (position.direction != direction::NET) {
        offset_->setCurrentText(name_text(offset::CLOSE));
    }
    volume_->setValue((std::max)(0.0, std::abs(position.volume) - position.frozen));
    price_->setValue(0);
    if (const auto tick = main_.get_tick(position.gateway_name + "." + position.vt_symbol())) {
        take_tick(*tick);
    }
    volume_->setFocus();
}

void trading_panel::apply_symbol() {
    const auto found = find_contract(symbol_->currentText().trimmed().toStdString());
    if (!found) {
        return;
    }
    const QSignalBlocker quiet(symbol_);
    symbol_->setEditText(to_text(found->symbol));
    if (const int place = exchange_->findText(name_text(found->exchange)); place >= 0) {
        exchange_->setCurrentIndex(place);
    }
    gateway_->setCurrentIndex(gateway_->findText(to_text(found->gateway_name)));
    if (found->id() != shown_) {
        show_contract(*found);
    }
}

void trading_panel::show_contract(const contract_data& contract) {
    shown_ = contract.id();
    name_->setText(to_text(contract.name));
    const int decimals = decimals_of(contract.pricetick);
    for (auto* number : {price_, bid_price_, ask_price_}) {
        number->setDecimals(decimals);
        number->setSingleStep(contract.pricetick);
        number->setValue(0);
    }
    for (auto* number : {volume_, bid_volume_, ask_volume_}) {
        number->setDecimals(decimals_of(contract.min_volume));
        number->setSingleStep(contract.min_volume);
    }
    for (auto* list : {offset_, bid_offset_, ask_offset_}) {
        // Where there is one position only, what an order opens or closes follows from it.
        list->setEnabled(!contract.net_position);
        list->setCurrentText(name_text(contract.net_position ? offset::NONE : offset::OPEN));
    }
    book_->clear();
    if (const auto tick = main_.get_tick(shown_)) {
        take_tick(*tick);
    }
    show_age();
    if (on_symbol) {
        on_symbol(contract);
    }
}

void trading_panel::take_tick(const tick_data& tick) {
    if (tick.id() != shown_) {
        return;
    }
    book_->show_tick(tick, price_->decimals());
    // A first price to start from; afterwards it is the user's.
    if (follows_->isChecked() || price_->value() == 0) {
        follow_market(tick);
    }
    if (bid_price_->value() == 0 && ask_price_->value() == 0) {
        bid_price_->setValue(tick.bid_price_1);
        ask_price_->setValue(tick.ask_price_1);
    }
}

void trading_panel::show_age() {
    const auto shown = contracts_.find(shown_);
    const bool is_old = shown != contracts_.end() && !main_.is_live(shown->second.gateway_name);
    if (is_old == (book_->graphicsEffect() != nullptr)) {
        return;
    }
    auto* pale = is_old ? new QGraphicsOpacityEffect(book_) : nullptr;
    book_->setGraphicsEffect(pale);
    age_->setVisible(is_old);
    age_->setText("Not connected since " + QDateTime::currentDateTimeUtc().toString("HH:mm:ss") +
                  " UTC: these prices are old.");
}

void trading_panel::show_rights() {
    // Before there is a gateway there is nothing to forbid.
    const bool may_trade = chosen_gateway().empty() || main_.may_trade(chosen_gateway());
    for (auto* each : {send_order_, cancel_all_, send_quote_}) {
        each->setVisible(may_trade);
    }
    rights_->setVisible(!may_trade);
    rights_->setText("You may look at " + gateway_->currentText() + ", not trade.");
}

void trading_panel::follow_market(const tick_data& tick) {
    const bool is_long = chosen<direction>(*direction_) == direction::LONG;
    price_->setValue(is_long ? tick.ask_price_1 : tick.bid_price_1);
}

void trading_panel::take_order(const order_data& order) {
    if (order.id() == last_order_ && order.status == status::REJECTED) {
        order_error_->setText("Rejected: " + to_text(order.reason));
    }
}

void trading_panel::take_quote(const quote_data& quote) {
    if (quote.id() == last_quote_ && quote.status == status::REJECTED) {
        quote_error_->setText("Rejected: " + to_text(quote.reason));
    }
}

exchange trading_panel::chosen_exchange() const {
    return chosen<exchange>(*exchange_);
}

std::string trading_panel::chosen_symbol() const {
    return symbol_->currentText().trimmed().toStdString();
}

std::string trading_panel::chosen_gateway() const {
    return gateway_->currentText().toStdString();
}

void trading_panel::attempt(QLabel& error, const std::function<void()>& work) {
    error.clear();
    try {
        apply_symbol();
        require(!chosen_symbol().empty(), "Type a symbol, or pick one from the list.");
        work();
    } catch (const std::exception& failure) {
        error.setText(failure.what());
    }
}

void trading_panel::subscribe() {
    attempt(*order_error_,
            [this] { main_.subscribe({chosen_symbol(), chosen_exchange()}, chosen_gateway()); });
}

void trading_panel::send_order() {
    attempt(*order_error_, [this] {
        require(!send_order_->isHidden(), "You may look here, not trade.");
        const auto type = chosen<order_type>(*type_);
        require(volume_->value() > 0, "The volume must be more than 0.");
        require(type == order_type::MARKET || price_->value() > 0,
                "The price must be more than 0.");
        last_order_ = main_.send_order({.symbol = chosen_symbol(),
                                        .exchange = chosen_exchange(),
                                        .direction = chosen<direction>(*direction_),
                                        .type = type,
                                        .volume = volume_->value(),
                                        .price = price_->value(),
                                        .offset = chosen<offset>(*offset_),
                                        .reference = "panel"},
                                       chosen_gateway());
    });
}

void trading_panel::clear_order() {
    order_error_->clear();
    volume_->setValue(1);
    price_->setValue(0);
    if (const auto tick = main_.get_tick(shown_)) {
        take_tick(*tick);
    }
}

void trading_panel::send_quote() {
    attempt(*quote_error_, [this] {
        require(bid_volume_->value() > 0 && ask_volume_->value() > 0,
                "Both volumes must be more than 0.");
        require(bid_price_->value() > 0 && bid_price_->value() < ask_price_->value(),
                "The bid must be more than 0 and less than the ask.");
        last_quote_ = main_.send_quote({.symbol = chosen_symbol(),
                                        .exchange = chosen_exchange(),
                                        .bid_price = bid_price_->value(),
                                        .bid_volume = bid_volume_->value(),
                                        .ask_price = ask_price_->value(),
                                        .ask_volume = ask_volume_->value(),
                                        .bid_offset = chosen<offset>(*bid_offset_),
                                        .ask_offset = chosen<offset>(*ask_offset_),
                                        .reference = "panel"},
                                       chosen_gateway());
    });
}

}  // namespace trader::ui
