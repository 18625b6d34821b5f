// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_EXACT_TEXT_HPP
#define TESTS_EXACT_TEXT_HPP

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

namespace test {

/// A text without a zero byte or anything else behind it, so that a sanitizer sees each read past
/// its end.
class exact_text {
public:
    explicit exact_text(std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
        std::copy(text.begin(), text.end(), bytes_.get());
    }
    std::string_view view() const { return {bytes_.get(), size_}; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

}  // namespace test

#endif  // TESTS_EXACT_TEXT_HPP
