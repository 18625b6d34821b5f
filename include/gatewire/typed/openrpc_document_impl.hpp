// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_OPENRPC_DOCUMENT_IMPL_HPP
#define GATEWIRE_TYPED_OPENRPC_DOCUMENT_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/describe.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/typed/openrpc_document.hpp>
#include <gatewire/wire/buffer.hpp>

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

/// Text that people chose, as text that can be sent: what is not UTF-8 is replaced.
GATEWIRE_COLD inline std::string mended(std::string_view text) {
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

    GATEWIRE_COLD std::string write() {
        codec::object_text info;
        info.put_text("title", mended(subject_.title));
        info.put_text("version", mended(subject_.version));
        codec::array_text methods;
        for (const entry_facts& facts : subject_.methods) {
            methods.add(method(facts));
        }
        codec::array_text events;
        for (const entry_facts& facts : subject_.events) {
            events.add(event(facts));
        }
        codec::object_text components;
        components.put("schemas", schemas_.named());
        components.put("errors", errors_.text());
        codec::object_text document;
        document.put_text("openrpc", "1.3.2");
        document.put("info", info.text());
        document.put("methods", methods.text());
        document.put("x-events", events.text());
        document.put("components", components.text());
        return document.text();
    }

private:
    GATEWIRE_COLD std::string method(const entry_facts& facts) {
        codec::object_text result;
        result.put_text("name", "result");
        result.put("schema", facts.returned != nullptr ? schemas_.schema_of(*facts.returned)
                                                       : R"({"type":"null"})");
        codec::array_text traits;
        for (const auto& [is_set, name] :
             {std::pair{facts.is_once, "once"}, std::pair{facts.is_idempotent, "idempotent"},
              std::pair{facts.is_offloaded, "offload"}}) {
            if (is_set) {
                traits.add(codec::json_of(name));
            }
        }
        codec::object_text method;
        method.put_text("name", facts.name);
        method.put_text("paramStructure", facts.parameters != nullptr && facts.sent_count != 0
                                              ? "either"
                                              : "by-position");
        method.put("params", parameters(facts));
        method.put("result", result.text());
        method.put("errors", errors(facts));
        method.put("x-roles", roles(facts));
        method.put("x-traits", traits.text());
        return method.text();
    }

    /// Those that may be left out at the end are not required.
    GATEWIRE_COLD std::string parameters(const entry_facts& facts) {
        std::size_t required = facts.sent_count;
        while (required != 0 && facts.sent[required - 1]->kind == codec::described::optional) {
            --required;
        }
        codec::array_text list;
        for (std::size_t place = 0; place != facts.sent_count; ++place) {
            codec::object_text one;
            one.put_text("name", facts.parameters != nullptr ? std::string(facts.parameters[place])
                                                             : 'p' + std::to_string(place + 1));
            one.put("required", place < required ? "true" : "false");
            one.put("schema", schemas_.schema_of(*facts.sent[place]));
            list.add(one.text());
        }
        return list.text();
    }

    GATEWIRE_COLD std::string event(const entry_facts& facts) {
        codec::object_text event;
        event.put_text("name", facts.name);
        event.put("payload", schemas_.schema_of(*facts.sent[0]));
        event.put("keyed", facts.is_keyed ? "true" : "false");
        if (facts.is_keyed) {
            codec::object_text key;
            key.put_text("type", facts.has_integer_key ? "integer" : "string");
            if (!facts.key_member.empty()) {
                key.put_text("member", facts.key_member);
            }
            event.put("key", key.text());
        }
        event.put("latest", facts.is_latest ? "true" : "false");
        event.put("roles", roles(facts));
        return event.text();
    }

    GATEWIRE_COLD static std::string roles(const entry_facts& facts) {
        codec::array_text list;
        for (std::size_t index = 0; index != facts.role_count; ++index) {
            list.add(codec::json_of(facts.roles[index]));
        }
        return list.text();
    }

    /// References to the errors that a call of the method may be answered with.
    GATEWIRE_COLD std::string errors(const entry_facts& facts) {
        codec::array_text list;
        for (const openrpc_error& error : openrpc_errors) {
            using of = openrpc_error::of;
            const bool may_come =
                error.methods == of::any ||
                (error.methods == of::guarded && (subject_.is_guarded || facts.role_count != 0)) ||
                (error.methods == of::with_roles && facts.role_count != 0) ||
                (error.methods == of::once && facts.is_once);
            if (may_come) {
                codec::object_text component;
                component.put("code", std::to_string(error.code));
                component.put_text("message", error.message);
                errors_.put(error.name, component.text());
                codec::object_text reference;
                reference.put_text("$ref", std::string("#/components/errors/") + error.name);
                list.add(reference.text());
            }
        }
        return list.text();
    }

    const openrpc_subject& subject_;
    codec::schema_book schemas_{"#/components/schemas/"};
    codec::object_text errors_;
};

GATEWIRE_COLD GATEWIRE_INLINE std::string openrpc_text(const openrpc_subject& subject) {
    std::string text = openrpc_writer(subject).write();
    codec::read_error unused;
    return codec::validate(text, unused) ? text : std::string();
}

GATEWIRE_COLD GATEWIRE_INLINE nlohmann::json openrpc_document(const openrpc_subject& subject) {
    nlohmann::json document;
    codec::read_error failure;
    if (!codec::read_text(openrpc_writer(subject).write(), document, failure)) {
        throw error(errc::invalid_value, failure.text("document"));
    }
    return document;
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_OPENRPC_DOCUMENT_IMPL_HPP
