// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_OWN_FOLDER_HPP
#define TESTS_OWN_FOLDER_HPP

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace test {

/// A folder of its own, gone at the end.
class own_folder {
public:
    own_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "desk-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        path_ = name;
    }
    ~own_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    own_folder(const own_folder&) = delete;
    own_folder& operator=(const own_folder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// How many files and folders there are in one.
inline std::ptrdiff_t files_of(const std::filesystem::path& folder) {
    return std::distance(std::filesystem::directory_iterator(folder), {});
}

/// What the exception says that `action` throws; empty if it throws none.
template <class Action>
std::string text_of(Action&& action) {
    try {
        action();
        return {};
    } catch (const std::exception& thrown) {
        return thrown.what();
    }
}

}  // namespace test

#endif  // TESTS_OWN_FOLDER_HPP
