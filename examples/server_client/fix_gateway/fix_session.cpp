// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "fix_session.hpp"

#include <quickfix/Application.h>
#include <quickfix/FileLog.h>
#include <quickfix/FileStore.h>
#include <quickfix/FixValues.h>
#include <quickfix/Log.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketAcceptor.h>
#include <quickfix/SocketInitiator.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

namespace trader {
namespace fix {

namespace {

constexpr char separator = '\001';
constexpr std::chrono::seconds goodbye_max{1};

FIX::SessionID id_of(const session_setting& setting) {
    return {"FIX.4.4", setting.sender, setting.target};
}

FIX::SessionSettings settings_of(const session_setting& setting) {
    FIX::Dictionary all;
    all.setString(FIX::CONNECTION_TYPE, setting.is_acceptor ? "acceptor" : "initiator");
    all.setString(FIX::SOCKET_CONNECT_HOST, setting.host);
    all.setInt(setting.is_acceptor ? FIX::SOCKET_ACCEPT_PORT : FIX::SOCKET_CONNECT_PORT,
               setting.port);
    all.setString(FIX::FILE_STORE_PATH, setting.store);
    all.setString(FIX::DATA_DICTIONARY, setting.dictionary);
    all.setString(FIX::START_TIME, setting.start_time);
    all.setString(FIX::END_TIME, setting.end_time);
    all.setInt(FIX::HEARTBTINT, setting.heartbeat);
    all.setInt(FIX::RECONNECT_INTERVAL, setting.reconnect);
    all.setBool(FIX::RESET_ON_LOGON, setting.reset);
    all.setBool(FIX::SOCKET_NODELAY, true);
    // Peers may say more than the dictionary knows.
    all.setBool(FIX::VALIDATE_USER_DEFINED_FIELDS, false);
    all.setBool(FIX::ALLOW_UNKNOWN_MSG_FIELDS, true);
    FIX::SessionSettings settings;
    settings.set(all);
    settings.set(id_of(setting), all);
    return settings;
}

/// The fields of a message as text, each with its separator.
message read(const FIX::Message& received) {
    message made(received.getHeader().getField(FIX::FIELD::MsgType));
    const std::string text = received.toString();
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find(separator, begin);
        const std::size_t equals = text.find('=', begin);
        if (end == std::string::npos) {
            break;
        }
        if (equals < end) {
            made.add(std::atoi(text.c_str() + begin), text.substr(equals + 1, end - equals - 1));
        }
        begin = end + 1;
    }
    return made;
}

/// The message with its groups in place, which only the dictionary can tell.
FIX::Message write(const message& sent, const FIX::DataDictionary& dictionary) {
    std::string text =
        std::string("8=FIX.4.4") + separator + "9=0" + separator + "35=" + sent.type + separator;
    for (const auto& each : sent.fields) {
        std::string value = each.second;
        // A separator within a text would begin another field.
        std::replace(value.begin(), value.end(), separator, ' ');
        text += std::to_string(each.first) + "=" + value + separator;
    }
    text += std::string("10=000") + separator;
    FIX::Message made;
    made.setString(text, false, &dictionary);
    return made;
}

/// What QuickFIX says of the session: kept as the reason if the session then ends, and written
/// down if that is wanted.
class remembering_log : public FIX::Log {
public:
    remembering_log(std::string& reason, std::mutex& mutex, std::unique_ptr<FIX::Log> file)
        : reason_(reason), mutex_(mutex), file_(std::move(file)) {}

    void clear() override {}
    void backup() override {}
    void onIncoming(const std::string& text) override {
        if (file_) {
            file_->onIncoming(text);
        }
    }
    void onOutgoing(const std::string& text) override {
        if (file_) {
            // Its password is nobody's business.
            file_->onOutgoing(text.find("\00135=A\001") == std::string::npos ? text : "35=A");
        }
    }
    void onEvent(const std::string& text) override {
        if (file_) {
            file_->onEvent(text);
        }
        for (const char* each : {"Created", "Connecting", "Accepted", "Initiated", "Received",
                                 "Responding", "Sent", "Sending", "Resending", "Disconnecting"}) {
            if (text.compare(0, std::strlen(each), each) == 0) {
                return;  // What is done, and not why.
            }
        }
        const std::lock_guard<std::mutex> lock(mutex_);
        reason_ = text;
    }

private:
    std::string& reason_;
    std::mutex& mutex_;
    std::unique_ptr<FIX::Log> file_;
};

}  // namespace

class session::engine : public FIX::Application, public FIX::LogFactory {
public:
    engine(const session_setting& setting, session_hooks hooks)
        : setting_(setting),
          hooks_(std::move(hooks)),
          dictionary_(setting.dictionary),
          store_(setting.store),
          settings_(settings_of(setting)) {
        const auto id = id_of(setting);
        if (FIX::Session::doesSessionExist(id)) {
            throw FIX::ConfigError("this process has a session " + id.toString() + " already");
        }
        if (setting.is_acceptor) {
            acceptor_.reset(new FIX::SocketAcceptor(*this, store_, settings_, *this));
        } else {
            initiator_.reset(new FIX::SocketInitiator(*this, store_, settings_, *this));
        }
        session_ = FIX::Session::lookupSession(id);
    }

    void start() { acceptor_ ? acceptor_->start() : initiator_->start(); }

    int send(const message& sent) {
        FIX::Message made = write(sent, dictionary_);
        if ((!setting_.is_acceptor && !session_->isLoggedOn()) || !session_->send(made)) {
            return 0;
        }
        return number_of(made);
    }

    bool is_logged_on() const { return session_->isLoggedOn(); }

    void stop() {
        {
            std::unique_lock<std::mutex> lock(mutex_);
            if (is_stopped_) {
                return;
            }
            is_stopped_ = true;
        }
        if (session_->isLoggedOn()) {
            session_->logout();
            // QuickFIX's thread says it when it has something to read.
            FIX::Message question;
            question.getHeader().setField(FIX::FIELD::MsgType, FIX::MsgType_TestRequest);
            question.setField(FIX::FIELD::TestReqID, "end");
            session_->send(question);
            std::unique_lock<std::mutex> lock(mutex_);
            changed_.wait_for(lock, goodbye_max, [this] { return !session_->isLoggedOn(); });
        }
        acceptor_ ? acceptor_->stop(true) : initiator_->stop(true);
    }

    std::pair<int, int> numbers() const {
        return {session_->getExpectedSenderNum(), session_->getExpectedTargetNum()};
    }
    void set_numbers(int sent, int expected) {
        session_->setNextSenderMsgSeqNum(sent);
        session_->setNextTargetMsgSeqNum(expected);
    }

    // --- what QuickFIX calls
    // -----------------------------------------------------------------------

    void onCreate(const FIX::SessionID& /*id*/) override {}

    void onLogon(const FIX::SessionID& /*id*/) override {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            reason_.clear();
        }
        if (hooks_wanted()) {
            hooks_.on_logon();
        }
    }

    void onLogout(const FIX::SessionID& /*id*/) override {
        std::string reason;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            reason = reason_.empty() ? "the other side ended the connection" : reason_;
            changed_.notify_all();
        }
        if (hooks_wanted()) {
            hooks_.on_logout(reason);
        }
    }

    void toAdmin(FIX::Message& sent, const FIX::SessionID& /*id*/) override {
        if (!setting_.is_acceptor &&
            sent.getHeader().getField(FIX::FIELD::MsgType) == FIX::MsgType_Logon) {
            first_ = number_of(sent);
            if (!setting_.username.empty()) {
                sent.setField(FIX::FIELD::Username, setting_.username);
            }
            if (!setting_.password.empty()) {
                sent.setField(FIX::FIELD::Password, setting_.password);
            }
        }
    }

    void toApp(FIX::Message& sent, const FIX::SessionID& /*id*/) throw(FIX::DoNotSend) override {
        // What was said since the logon is news still: the other side may not have read it only
        // because it was asking for what came before.
        if (!setting_.is_acceptor && sent.getHeader().isSetField(FIX::FIELD::PossDupFlag) &&
            number_of(sent) < first_ &&
            sent.getHeader().getField(FIX::FIELD::MsgType) != FIX::MsgType_OrderCancelRequest) {
            throw FIX::DoNotSend();
        }
    }

    void fromAdmin(const FIX::Message& received,
                   const FIX::SessionID& /*id*/) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                                       FIX::IncorrectTagValue,
                                                       FIX::RejectLogon) override {
        const std::string& type = received.getHeader().getField(FIX::FIELD::MsgType);
        if (type == FIX::MsgType_Logout && received.isSetField(FIX::FIELD::Text)) {
            const std::lock_guard<std::mutex> lock(mutex_);
            reason_ = received.getField(FIX::FIELD::Text);
        } else if (type == FIX::MsgType_Reject) {
            hooks_.on_message(read(received));
        }
    }

    void fromApp(const FIX::Message& received,
                 const FIX::SessionID& /*id*/) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                                     FIX::IncorrectTagValue,
                                                     FIX::UnsupportedMessageType) override {
        hooks_.on_message(read(received));
    }

    FIX::Log* create() override { return new remembering_log(reason_, mutex_, nullptr); }
    FIX::Log* create(const FIX::SessionID& id) override {
        std::unique_ptr<FIX::Log> file;
        if (!setting_.log.empty()) {
            file.reset(new FIX::FileLog(setting_.log, id));
        }
        return new remembering_log(reason_, mutex_, std::move(file));
    }
    void destroy(FIX::Log* log) override { delete log; }

private:
    static int number_of(const FIX::Message& sent) {
        return std::atoi(sent.getHeader().getField(FIX::FIELD::MsgSeqNum).c_str());
    }

    bool hooks_wanted() {
        const std::lock_guard<std::mutex> lock(mutex_);
        return !is_stopped_;
    }

    const session_setting setting_;
    const session_hooks hooks_;
    std::mutex mutex_;  // Guards what follows; nobody else is called under it.
    std::condition_variable changed_;
    std::string reason_;
    bool is_stopped_ = false;

    int first_ = 0;  // The number of the last logon; read and written under the session's lock.
    FIX::DataDictionary dictionary_;
    FIX::FileStoreFactory store_;
    FIX::SessionSettings settings_;
    FIX::Session* session_ = nullptr;  // One of those that follow owns it.
    std::unique_ptr<FIX::SocketAcceptor> acceptor_;
    std::unique_ptr<FIX::SocketInitiator> initiator_;
};

session::session(const session_setting& setting, session_hooks hooks) {
    try {
        engine_.reset(new engine(setting, std::move(hooks)));
    } catch (const FIX::Exception& refused) {
        throw std::runtime_error(refused.what());
    }
}

session::~session() {
    stop();
}

void session::start() {
    try {
        engine_->start();
    } catch (const FIX::Exception& refused) {
        throw std::runtime_error(refused.what());
    }
}

int session::send(const message& sent) {
    return engine_->send(sent);
}
bool session::is_logged_on() const {
    return engine_->is_logged_on();
}
void session::stop() {
    engine_->stop();
}
std::pair<int, int> session::numbers() const {
    return engine_->numbers();
}
void session::set_numbers(int sent, int expected) {
    engine_->set_numbers(sent, expected);
}

}  // namespace fix
}  // namespace trader
