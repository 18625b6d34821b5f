// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the seeds and all that was ever found hold, also where no fuzzer is. Method: every file of
// the folders that are named is one input.

#include "target.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

int main(int count, char** arguments) {
    std::size_t inputs = 0;
    for (int at = 1; at < count; ++at) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[at])) {
            if (entry.is_regular_file()) {
                std::ifstream file(entry.path(), std::ios::binary);
                const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
                LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                       bytes.size());
                ++inputs;
            }
        }
    }
    std::printf("%zu inputs\n", inputs);
    return inputs == 0 ? 1 : 0;
}
