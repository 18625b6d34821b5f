// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_OWN_FOLDER_HPP
#define TESTS_OWN_FOLDER_HPP

#include <cstdlib>
#include <filesystem>
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

}  // namespace test

#endif  // TESTS_OWN_FOLDER_HPP
