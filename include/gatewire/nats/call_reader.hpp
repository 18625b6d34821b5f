// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_CALL_READER_HPP
#define GATEWIRE_NATS_CALL_READER_HPP

#include <gatewire/json/message.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/nats/library.hpp>
#include <gatewire/nats/subject.hpp>
#include <gatewire/protocol/answer.hpp>
#include <gatewire/protocol/service.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::nats {

/// Why a call is not run.
struct call_refusal {
    int code = 0;  ///< Zero: it is run.
    std::string text{};
};

/// Decides which calls that a broker brings may run. It knows no state but what it is told.
class call_reader {
public:
    /// @param offers  Must outlive this.
    call_reader(const protocol::service& offers, std::string epoch, bool broker_checks_roles)
        : offers_(offers), epoch_(std::move(epoch)), broker_checks_roles_(broker_checks_roles) {}

    /// Takes the text of a call apart; its views stay valid as long as `text`.
    /// @param subject  Where it was sent.
    /// @param is_full  No more calls fit.
    call_refusal read(std::string_view text, std::string_view subject, bool is_full,
                      codec::message& asked, std::size_t& method) const {
        codec::read_error failure;
        if (!codec::parse_hasty_request(text, asked) &&
            !codec::parse_message(text, asked, failure)) {
            const bool is_json = failure.kind == codec::read_failure::value;
            return {is_json ? protocol::invalid_request_code : protocol::parse_error_code,
                    failure.text("message")};
        }
        // A broker that lets a client publish to one method's subject means that method.
        if (asked.is_answer() || token_of(asked.method) != last_token(subject)) {
            return {protocol::invalid_request_code,
                    "the request's method is not that of its subject"};
        }
        method = offers_.find_method(asked.method);
        if (method == protocol::not_listed) {
            return {protocol::method_not_found_code, codec::printable(asked.method)};
        }
        return judge(asked, offers_.methods[method], is_full);
    }

private:
    call_refusal judge(const codec::message& asked, const protocol::entry_description& method,
                       bool is_full) const {
        const std::string name = "the method '" + std::string(method.name) + "'";
        if (!method.needs.empty() && !broker_checks_roles_) {
            return {protocol::forbidden_code, name + " needs a role, and over NATS nobody has one"};
        }
        if (!asked.key.empty() && !method.is_once) {
            return {protocol::invalid_params_code, "rpc.key: " + name + " takes no key"};
        }
        if (!asked.epoch.empty() && asked.epoch != epoch_) {
            return {protocol::outcome_unknown_code,
                    "rpc.epoch: another engine was asked first, so this one does not know whether "
                    "the call ran"};
        }
        if (is_full) {
            return {protocol::overloaded_code, "too many calls in flight"};
        }
        return {};
    }

    const protocol::service& offers_;
    const std::string epoch_;
    const bool broker_checks_roles_;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_CALL_READER_HPP
