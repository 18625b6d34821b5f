// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_OPENRPC_DOCUMENT_IMPL_HPP
#define GATEWIRE_TYPED_OPENRPC_DOCUMENT_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/schema.hpp>
#include <gatewire/json/write_string.hpp>
#include <gatewire/protocol/answer_codes.hpp>
#include <gatewire/typed/openrpc_document.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::typed {

/// An error that a server answers by itself, or for its engine.
struct openrpc_error {
    const char* name;  ///< As a component.
    int code;
    const char* message;
    /// Which methods are answered with it.
    enum class of : unsigned char { any, guarded, with_roles, once } methods = of::any;
};

inline constexpr std::array<openrpc_error, 12> openrpc_errors{{
    {"InvalidParams", protocol::invalid_params_code, "Invalid params"},
    {"InternalError", protocol::internal_error_code, "Internal error"},
    {"EngineError", protocol::engine_error_code,
     "The method failed; the message says how, and the code may be one of its own"},
    {"Unauthenticated", protocol::unauthenticated_code, "The server does not know who is calling",
     openrpc_error::of::guarded},
    {"Forbidden", protocol::forbidden_code, "The client lacks a role that the method needs",
     openrpc_error::of::with_roles},
    {"DeadlineExceeded", protocol::deadline_code, "The deadline passed before the call ran"},
    {"Cancelled", protocol::cancelled_code, "The call was cancelled"},
    {"Overloaded", protocol::overloaded_code, "Too many calls, or too many answers are kept"},
    {"ShuttingDown", protocol::shutting_down_code, "The server is shutting down"},
    {"KeyConflict", protocol::key_conflict_code, "The key was used before, with other params",
     openrpc_error::of::once},
    {"AnswerTooLarge", protocol::answer_too_large_code, "The call ran, its answer is too large"},
    {"OutcomeUnknown", protocol::outcome_unknown_code,
     "The server was started anew since the key was made", openrpc_error::of::once},
}};

inline void push_text(nlohmann::json& list, std::string_view text) {
    list.get_ref<nlohmann::json::array_t&>().emplace_back(std::string(text));
}

/// Text that people chose, as text that can be sent: what is not UTF-8 is replaced.
inline std::string mended(std::string_view text) {
    wire::buffer written;
    codec::write_text_lossy(written, text);
    std::string result;
    codec::read_error unused;
    codec::read_text(written.view(), result, unused);
    return result;
}

/// Makes one document.
class openrpc_writer {
public:
    explicit openrpc_writer(const openrpc_subject& subject) : subject_(subject) {}

    nlohmann::json write() {
        nlohmann::json document = nlohmann::json::object();
        document["openrpc"] = "1.3.2";
        document["info"]["title"] = mended(subject_.title);
        document["info"]["version"] = mended(subject_.version);
        nlohmann::json& methods = document["methods"] = nlohmann::json::array();
        for (const entry_facts& facts : subject_.methods) {
            methods.get_ref<nlohmann::json::array_t&>().push_back(method(facts));
        }
        nlohmann::json& events = document["x-events"] = nlohmann::json::array();
        for (const entry_facts& facts : subject_.events) {
            events.get_ref<nlohmann::json::array_t&>().push_back(event(facts));
        }
        document["components"]["schemas"] = schemas_.named();
        document["components"]["errors"] = std::move(errors_);
        return document;
    }

private:
    nlohmann::json method(const entry_facts& facts) {
        nlohmann::json result = nlohmann::json::object();
        result["name"] = std::string(facts.name);
        result["paramStructure"] =
            facts.parameters != nullptr && facts.sent_count != 0 ? "either" : "by-position";
        result["params"] = parameters(facts);
        result["result"]["name"] = "result";
        if (facts.returned != nullptr) {
            result["result"]["schema"] = schemas_.schema_of(*facts.returned);
        } else {
            result["result"]["schema"]["type"] = "null";
        }
        result["errors"] = errors(facts);
        result["x-roles"] = roles(facts);
        nlohmann::json& traits = result["x-traits"] = nlohmann::json::array();
        for (const auto& [is_set, name] :
             {std::pair{facts.is_once, "once"}, std::pair{facts.is_idempotent, "idempotent"},
              std::pair{facts.is_offloaded, "offload"}}) {
            if (is_set) {
                push_text(traits, name);
            }
        }
        return result;
    }

    /// Those that may be left out at the end are not required.
    nlohmann::json parameters(const entry_facts& facts) {
        std::size_t required = facts.sent_count;
        while (required != 0 && facts.sent[required - 1]->kind == codec::described::optional) {
            --required;
        }
        nlohmann::json list = nlohmann::json::array();
        for (std::size_t place = 0; place != facts.sent_count; ++place) {
            nlohmann::json one = nlohmann::json::object();
            one["name"] = facts.parameters != nullptr ? std::string(facts.parameters[place])
                                                      : 'p' + std::to_string(place + 1);
            one["required"] = place < required;
            one["schema"] = schemas_.schema_of(*facts.sent[place]);
            list.get_ref<nlohmann::json::array_t&>().push_back(std::move(one));
        }
        return list;
    }

    nlohmann::json event(const entry_facts& facts) {
        nlohmann::json result = nlohmann::json::object();
        result["name"] = std::string(facts.name);
        result["payload"] = schemas_.schema_of(*facts.sent[0]);
        result["keyed"] = facts.is_keyed;
        if (facts.is_keyed) {
            nlohmann::json& key = result["key"];
            key["type"] = facts.has_integer_key ? "integer" : "string";
            if (!facts.key_member.empty()) {
                key["member"] = std::string(facts.key_member);
            }
        }
        result["latest"] = facts.is_latest;
        result["roles"] = roles(facts);
        return result;
    }

    static nlohmann::json roles(const entry_facts& facts) {
        nlohmann::json list = nlohmann::json::array();
        for (std::size_t index = 0; index != facts.role_count; ++index) {
            push_text(list, facts.roles[index]);
        }
        return list;
    }

    /// References to the errors that a call of the method may be answered with.
    nlohmann::json errors(const entry_facts& facts) {
        nlohmann::json list = nlohmann::json::array();
        for (const openrpc_error& error : openrpc_errors) {
            using of = openrpc_error::of;
            const bool may_come =
                error.methods == of::any ||
                (error.methods == of::guarded && (subject_.is_guarded || facts.role_count != 0)) ||
                (error.methods == of::with_roles && facts.role_count != 0) ||
                (error.methods == of::once && facts.is_once);
            if (may_come) {
                nlohmann::json& component = errors_[error.name];
                component["code"] = error.code;
                component["message"] = error.message;
                nlohmann::json reference = nlohmann::json::object();
                reference["$ref"] = std::string("#/components/errors/") + error.name;
                list.get_ref<nlohmann::json::array_t&>().push_back(std::move(reference));
            }
        }
        return list;
    }

    const openrpc_subject& subject_;
    codec::schema_book schemas_{"#/components/schemas/"};
    nlohmann::json errors_ = nlohmann::json::object();
};

GATEWIRE_INLINE nlohmann::json openrpc_document(const openrpc_subject& subject) {
    return openrpc_writer(subject).write();
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_OPENRPC_DOCUMENT_IMPL_HPP
