// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the quick way through an envelope finds what the thorough one finds, and what is taken for
// JSON is JSON. Method: both ways on one text, and nlohmann/json as the judge.

#include "target.hpp"

#include <gatewire/json/message.hpp>
#include <gatewire/json/strict_reader.hpp>

#include <nlohmann/json.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rpc::codec;
    const std::string_view text = fuzz::text_of(data, size);
    message quick;
    message thorough;
    read_error failure;
    read_error unused;
    const bool is_json = validate(text, failure);
    if (is_json && text.find('e') == std::string_view::npos &&
        text.find('E') == std::string_view::npos && size < 300) {
        // Only numbers of any size are taken here and not there.
        fuzz::demand(nlohmann::json::accept(text), "what is valid is JSON");
    }
    const bool is_message = parse_message(text, quick, unused);
    if (is_message && is_json) {
        fuzz::demand(strict_parse_message(text, thorough, unused), "both ways take a message");
        fuzz::demand(quick.method == thorough.method && quick.id == thorough.id &&
                         quick.params == thorough.params && quick.result == thorough.result &&
                         quick.error == thorough.error && quick.timeout == thorough.timeout,
                     "both ways find the same");
    }
    if (is_json && is_batch(text)) {
        std::vector<std::string_view> parts;
        split_array(text, parts);
        for (const std::string_view part : parts) {
            fuzz::demand(validate(part, unused), "a part of what is valid is valid");
        }
    }
    return 0;
}
