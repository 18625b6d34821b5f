// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_DOCUMENTS_HPP
#define TESTS_DOCUMENTS_HPP

#include <nlohmann/json.hpp>

#include <iostream>
#include <string_view>

namespace test {

/// Prints a document for check_documents.mjs, one a line.
inline void print_document(std::string_view name, const nlohmann::json& document) {
    std::cout << nlohmann::json{{"name", name}, {"document", document}}.dump() << '\n';
}

}  // namespace test

#endif  // TESTS_DOCUMENTS_HPP
