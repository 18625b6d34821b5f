// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Opens the windows of the example as a server or as a client, and does what it is told: reads a
// command per line from the standard input, does it with real clicks and keys, and answers each
// with one line, `ok ...` or `failed ...`.
//
//     gui_driver server|client <folder of the settings>
//
// Commands, names being those of Qt objects:
//
//     ping                              answers when the windows do
//     click <name>                      a button, a check box or an entry of a menu
//     answer <button> <name>            the same, and presses a button of the question that opens
//     check <name> on|off               ticks a check box
//     type <name> <text>                replaces the text of a line, a number or a list
//     edit <table> <row> <column> <text>      types into a cell; the column by its title
//     tick <table> <row> <column> on|off      ticks the box of a cell
//     key <name> <Qt's name of a key>
//     choose <name> <text>              an entry of a list
//     tab <tabs> <title>
//     double_click <table> <row>
//     text <name>                       tells the text of a widget
//     cell <table> <row> <column>       tells the text of a cell; the column by its title
//     rows <table>
//     wait_candles <count> [<count>]    until the chart has so many, and no more than the second
//     state <name>                      enabled|disabled visible|hidden
//     wait_text <name> <text>           until the text of a widget contains this one
//     wait_cell <table> <row> <column> <text>
//     wait_rows <table> <count> [ms]    until there are so many rows at least
//     wait_other <table> <row> <column> <text>    until the cell's text is another
//     grab_alike <name> <file.png> <name> <name>
//                                       when the text of the one begins with that of the other
//     wait_empty <table>
//     wait_visible <name>
//     grab <name> <file.png>
//     size <name> <width> <height>
//     wait_geometry <name> <width> <height>
//     save_csv <table> <file.csv>
//     quit

#include "cta_strategy/breakout_strategy.hpp"
#include "cta_strategy/ma_cross_strategy.hpp"
#include "cta_strategy/strategy_engine.hpp"
#include "my_window.hpp"
#include "rpc_gateway/rpc_gateway.hpp"
#include "rpc_service/rpc_engine.hpp"
#include "sim_gateway/sim_gateway.hpp"
#include "ui/monitor.hpp"
#include "ui/price_chart.hpp"
#include "ui/rpc_service_window.hpp"
#include "ui/run_station.hpp"
#include "ui/strategy_window.hpp"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QSocketNotifier>
#include <QTabWidget>
#include <QTest>
#include <QTimer>

#include <unistd.h>

#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace {

constexpr int usual_patience = 20000;

/// What a command answers, or nothing as long as it waits.
using answer = std::optional<QString>;
using attempt = std::function<answer()>;

[[noreturn]] void fail(const QString& text) {
    throw std::runtime_error(text.toStdString());
}

QObject* look_for(const QString& name) {
    for (QWidget* window : QApplication::topLevelWidgets()) {
        if (window->objectName() == name) {
            return window;
        }
        if (auto* found = window->findChild<QObject*>(name)) {
            return found;
        }
    }
    return nullptr;
}

template <class Widget>
Widget& find(const QString& name) {
    auto* found = dynamic_cast<Widget*>(look_for(name));
    if (found == nullptr) {
        fail("there is no such " + QString(Widget::staticMetaObject.className()) + ": " + name);
    }
    return *found;
}

QString text_of(const QString& name) {
    auto* found = look_for(name);
    if (auto* label = dynamic_cast<QLabel*>(found)) {
        return label->text();
    }
    if (auto* line = dynamic_cast<QLineEdit*>(found)) {
        return line->text();
    }
    if (auto* button = dynamic_cast<QAbstractButton*>(found)) {
        return button->text();
    }
    if (auto* list = dynamic_cast<QComboBox*>(found)) {
        return list->currentText();
    }
    if (auto* number = dynamic_cast<QAbstractSpinBox*>(found)) {
        return number->text();
    }
    if (auto* text = dynamic_cast<QPlainTextEdit*>(found)) {
        return text->toPlainText();
    }
    fail("nothing with a text has the name " + name);
}

QModelIndex cell_of(const QString& table, int row, const QString& title) {
    const auto& model = *find<QAbstractItemView>(table).model();
    for (int section = 0; section < model.columnCount(); ++section) {
        if (model.headerData(section, Qt::Horizontal).toString() == title) {
            return model.index(row, section);
        }
    }
    fail(table + " has no column " + title);
}

void click_widget(QWidget& target) {
    if (!target.isVisible() || !target.isEnabled()) {
        fail(target.objectName() + " cannot be clicked now");
    }
    QPoint place = target.rect().center();
    if (dynamic_cast<QAbstractButton*>(&target) != nullptr) {
        place.setX((std::min)(place.x(), 12));  // A check box is as wide as its row.
    }
    QTest::mouseClick(&target, Qt::LeftButton, {}, place);
}

/// Opens the menu by a click on the menu bar, and clicks the entry.
void click_action(QAction& action) {
    for (QObject* each : action.associatedObjects()) {
        auto* menu = dynamic_cast<QMenu*>(each);
        if (menu == nullptr) {
            continue;
        }
        for (QObject* place : menu->menuAction()->associatedObjects()) {
            if (auto* bar = dynamic_cast<QMenuBar*>(place)) {
                const auto title = bar->actionGeometry(menu->menuAction()).center();
                QTest::mouseClick(bar, Qt::LeftButton, {}, title);
                if (!menu->isVisible()) {
                    fail("the menu did not open");
                }
                QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(&action).center());
                return;
            }
        }
    }
    fail(action.objectName() + " is in no menu");
}

QString click(const QStringList& words) {
    auto* found = look_for(words.value(1));
    if (auto* action = dynamic_cast<QAction*>(found)) {
        click_action(*action);
    } else {
        click_widget(find<QWidget>(words.value(1)));
    }
    return {};
}

QString answer_question(const QStringList& words) {
    QTimer::singleShot(0, qApp, [text = words.value(1)] {
        auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        for (QAbstractButton* each : box != nullptr ? box->buttons() : QList<QAbstractButton*>()) {
            if (each->text().remove('&') == text) {
                click_widget(*each);
            }
        }
    });
    return click({"click", words.value(2)});
}

QString check(const QStringList& words) {
    auto& box = find<QAbstractButton>(words.value(1));
    if (box.isChecked() != (words.value(2) == "on")) {
        click_widget(box);
    }
    if (box.isChecked() != (words.value(2) == "on")) {
        fail("the box did not change");
    }
    return {};
}

QString type(const QStringList& words) {
    auto& target = find<QWidget>(words.value(1));
    target.setFocus();
    QTest::keyClick(&target, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(&target, Qt::Key_Delete);
    QTest::keyClicks(&target, words.mid(2).join(' '));
    return text_of(words.value(1));
}

QString press_key(const QStringList& words) {
    const auto keys = QKeySequence::fromString(words.value(2));
    if (keys.isEmpty()) {
        fail("there is no such key: " + words.value(2));
    }
    QTest::keyClick(&find<QWidget>(words.value(1)), keys[0].key());
    return {};
}

QString choose(const QStringList& words) {
    auto& list = find<QComboBox>(words.value(1));
    const int place = list.findText(words.mid(2).join(' '));
    if (place < 0) {
        fail("the list has no such entry");
    }
    list.setFocus();
    // With keys, as the list's window would cover others.
    QTest::keyClick(&list, Qt::Key_Home);
    while (list.currentIndex() < place) {
        QTest::keyClick(&list, Qt::Key_Down);
    }
    return list.currentText();
}

QString double_click(const QStringList& words) {
    auto& table = find<QAbstractItemView>(words.value(1));
    if (!table.isVisible() || table.model()->rowCount() <= words.value(2).toInt()) {
        fail("there is no such row to see");
    }
    const auto place = table.visualRect(table.model()->index(words.value(2).toInt(), 0)).center();
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, place);
    QTest::mouseDClick(table.viewport(), Qt::LeftButton, {}, place);
    return {};
}

/// Makes a cell the current one, as a click does. @return Where it is.
QModelIndex click_cell(const QStringList& words) {
    auto& table = find<QAbstractItemView>(words.value(1));
    const auto index =
        cell_of(words.value(1), words.value(2).toInt(), words.value(3).replace('_', ' '));
    if (!table.isVisible() || !table.isEnabled() || !index.isValid()) {
        fail("there is no such cell to click");
    }
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(index).center());
    return index;
}

QString edit(const QStringList& words) {
    const auto index = click_cell(words);
    auto& table = find<QAbstractItemView>(words.value(1));
    QTest::keyClick(&table, Qt::Key_F2);
    auto* editor = dynamic_cast<QLineEdit*>(QApplication::focusWidget());
    if (editor == nullptr || !table.isAncestorOf(editor)) {
        fail("the cell cannot be edited");
    }
    editor->selectAll();
    QTest::keyClick(editor, Qt::Key_Delete);
    QTest::keyClicks(editor, words.mid(4).join(' '));
    QTest::keyClick(editor, Qt::Key_Return);
    return index.data().toString();
}

QString tick(const QStringList& words) {
    const auto index = click_cell(words);
    const auto wanted = words.value(4) == "on" ? Qt::Checked : Qt::Unchecked;
    const auto is = [&] { return index.data(Qt::CheckStateRole).value<Qt::CheckState>(); };
    if (is() != wanted) {
        QTest::keyClick(&find<QAbstractItemView>(words.value(1)), Qt::Key_Space);
    }
    if (is() != wanted) {
        fail("the box did not change");
    }
    return {};
}

QString open_tab(const QStringList& words) {
    auto& bar = *find<QTabWidget>(words.value(1)).tabBar();
    const QString title = words.mid(2).join(' ');
    for (int index = 0; index < bar.count(); ++index) {
        if (bar.tabText(index) == title) {
            QTest::mouseClick(&bar, Qt::LeftButton, {}, bar.tabRect(index).center());
            return {};
        }
    }
    fail("there is no tab " + title);
}

QString grab(const QStringList& words) {
    auto& window = find<QWidget>(words.value(1));
    if (!window.grab().save(words.value(2))) {
        fail("cannot write " + words.value(2));
    }
    return words.value(2);
}

QString resize(const QStringList& words) {
    find<QWidget>(words.value(1)).resize(words.value(2).toInt(), words.value(3).toInt());
    return {};
}

QString geometry(const QStringList& words) {
    const auto& shown = find<QWidget>(words.value(1));
    return QString("%1 %2").arg(shown.width()).arg(shown.height());
}

QString save_csv(const QStringList& words) {
    const QString problem = find<trader::ui::monitor>(words.value(1)).save_csv(words.value(2));
    if (!problem.isEmpty()) {
        fail(problem);
    }
    return words.value(2);
}

QString state(const QStringList& words) {
    const auto& widget = find<QWidget>(words.value(1));
    return QString(widget.isEnabled() ? "enabled " : "disabled ") +
           (widget.isVisible() ? "visible" : "hidden");
}

QString cell(const QStringList& words) {
    return cell_of(words.value(1), words.value(2).toInt(), words.mid(3).join(' '))
        .data()
        .toString();
}

QString rows(const QStringList& words) {
    return QString::number(find<QAbstractItemView>(words.value(1)).model()->rowCount());
}

answer has_text(const QStringList& words) {
    const QString text = text_of(words.value(1));
    return text.contains(words.mid(2).join(' ')) ? answer(text.section('\n', -1)) : std::nullopt;
}

answer has_cell(const QStringList& words) {
    const auto index = cell_of(words.value(1), words.value(2).toInt(), words.value(3));
    const QString text = index.data().toString();
    return index.isValid() && text.contains(words.mid(4).join(' ')) ? answer(text) : std::nullopt;
}

answer has_rows(const QStringList& words) {
    const int count = find<QAbstractItemView>(words.value(1)).model()->rowCount();
    return count >= words.value(2).toInt() ? answer(QString::number(count)) : std::nullopt;
}

answer has_candles(const QStringList& words) {
    const auto count = find<trader::ui::price_chart>("price_chart").candles();
    const auto most = words.size() > 2 ? words.value(2).toULongLong() : count;
    return count >= words.value(1).toULongLong() && count <= most ? answer(QString::number(count))
                                                                  : std::nullopt;
}

answer has_geometry(const QStringList& words) {
    return geometry(words) == words.mid(2).join(' ') ? answer(QString()) : std::nullopt;
}

answer is_empty(const QStringList& words) {
    const int count = find<QAbstractItemView>(words.value(1)).model()->rowCount();
    return count == 0 ? answer(QString()) : std::nullopt;
}

answer is_other(const QStringList& words) {
    const QString text =
        cell_of(words.value(1), words.value(2).toInt(), words.value(3)).data().toString();
    return text != words.mid(4).join(' ') ? answer(text) : std::nullopt;
}

answer grab_alike(const QStringList& words) {
    if (!text_of(words.value(3)).startsWith(text_of(words.value(4)))) {
        return std::nullopt;
    }
    return grab(words);
}

answer is_visible(const QStringList& words) {
    const auto* found = dynamic_cast<QWidget*>(look_for(words.value(1)));
    return found != nullptr && found->isVisible() ? answer(QString()) : std::nullopt;
}

/// Reads commands while the windows run, and does one after the other.
class driver : public QObject {
public:
    driver() : notifier_(STDIN_FILENO, QSocketNotifier::Read) {
        connect(&notifier_, &QSocketNotifier::activated, this, [this] { read(); });
        connect(&retry_, &QTimer::timeout, this, [this] { try_again(); });
    }

private:
    void read() {
        char part[4096];
        const auto size = ::read(STDIN_FILENO, part, sizeof part);
        if (size <= 0) {
            notifier_.setEnabled(false);
            QApplication::quit();
            return;
        }
        input_.append(part, static_cast<qsizetype>(size));
        // Not from within the notifier: a click may begin a loop of its own.
        QTimer::singleShot(0, this, [this] { next(); });
    }

    void next() {
        const auto end = input_.indexOf('\n');
        if (end < 0 || waiting_) {
            return;
        }
        const QString line = QString::fromUtf8(input_.left(end)).trimmed();
        input_.remove(0, end + 1);
        const QStringList words = line.split(' ');
        patience_ = usual_patience;
        if (words[0] == "wait_rows" && words.size() > 3) {
            patience_ = words[3].toInt();
        }
        line_ = line;
        waiting_ = attempt_of(words);
        since_.start();
        try_again();
    }

    attempt attempt_of(const QStringList& words) {
        const std::map<QString, QString (*)(const QStringList&)> deeds{
            {"click", click},
            {"answer", answer_question},
            {"check", check},
            {"type", type},
            {"key", press_key},
            {"choose", choose},
            {"edit", edit},
            {"tick", tick},
            {"double_click", double_click},
            {"grab", grab},
            {"tab", open_tab},
            {"size", resize},
            {"state", state},
            {"save_csv", save_csv},
            {"cell", cell},
            {"rows", rows}};
        const std::map<QString, answer (*)(const QStringList&)> waits{
            {"wait_text", has_text},        {"wait_cell", has_cell},
            {"wait_rows", has_rows},        {"wait_visible", is_visible},
            {"wait_other", is_other},       {"wait_empty", is_empty},
            {"grab_alike", grab_alike},     {"wait_candles", has_candles},
            {"wait_geometry", has_geometry}};
        if (const auto found = deeds.find(words[0]); found != deeds.end()) {
            return [words, deed = found->second] { return answer(deed(words)); };
        }
        if (const auto found = waits.find(words[0]); found != waits.end()) {
            return [words, wait = found->second] { return wait(words); };
        }
        if (words[0] == "text") {
            return [words] { return answer(text_of(words.value(1)).section('\n', -1)); };
        }
        if (words[0] == "ping") {
            return [] { return answer("pong"); };
        }
        if (words[0] == "quit") {
            return [] {
                QTimer::singleShot(0, [] { QApplication::quit(); });
                return answer(QString());
            };
        }
        return [words]() -> answer { fail("there is no such command: " + words[0]); };
    }

    void try_again() {
        try {
            if (const answer found = waiting_()) {
                finish("ok " + *found);
            } else if (since_.elapsed() > patience_) {
                finish("failed in vain: " + line_);
            } else {
                retry_.start(20);
            }
        } catch (const std::exception& failure) {
            finish("failed " + QString(failure.what()) + ": " + line_);
        }
    }

    void finish(const QString& line) {
        retry_.stop();
        waiting_ = nullptr;
        std::cout << line.trimmed().toStdString() << std::endl;
        QTimer::singleShot(0, this, [this] { next(); });
    }

    QSocketNotifier notifier_;
    QTimer retry_;
    QElapsedTimer since_;
    QByteArray input_;
    QString line_;
    attempt waiting_;
    int patience_ = usual_patience;
};

std::unique_ptr<driver> the_driver;

// The program makes its QApplication itself; this is called when it has.
void begin_to_drive() {
    QTimer::singleShot(0, [] {
        the_driver = std::make_unique<driver>();
        QObject::connect(qApp, &QCoreApplication::aboutToQuit, [] { the_driver.reset(); });
    });
}
Q_COREAPP_STARTUP_FUNCTION(begin_to_drive)

trader::station make_station(bool is_server, const std::string& folder) {
    using namespace trader;
    station all{is_server ? "Trading server" : "Trading client", folder};
    if (is_server) {
        all.add_gateway<sim_gateway>("SIM", "Simulated exchange that plays real daily prices",
                                     false);
        all.add_app<rpc_service::rpc_service_app, ui::rpc_service_window>(
            "Serves this desk to other processes", false);
    } else {
        all.add_gateway<rpc_gateway>("RPC", "The gateways of a server that runs the RPC service",
                                     false);
        all.add_app<strategy_app, ui::strategy_window>("Strategies that trade by themselves",
                                                       false);
        //[my_window_line
        all.add_app<my_app, my_window>("adds up what was traded");
        //]
    }
    all.add_strategy<ma_cross_strategy>();
    all.add_strategy<breakout_strategy>();
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "gui_driver server|client <folder of the settings>\n";
        return 2;
    }
    return trader::ui::run_station(argc, argv,
                                   make_station(std::string(argv[1]) == "server", argv[2]));
}
