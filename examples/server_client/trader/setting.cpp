// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "setting.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace trader {

namespace {

bool is_same_kind(const nlohmann::json& left, const nlohmann::json& right) {
    return left.type() == right.type() || (left.is_number() && right.is_number());
}

std::string kind_of(const nlohmann::json& value) {
    switch (value.type()) {
        case nlohmann::json::value_t::null: return "null";
        case nlohmann::json::value_t::boolean: return "a boolean";
        case nlohmann::json::value_t::string: return "a text";
        case nlohmann::json::value_t::array: return "a list";
        case nlohmann::json::value_t::object: return "an object";
        default: return "a number";
    }
}

std::string text_of(const nlohmann::json& value) {
    constexpr std::size_t longest = 80;
    auto text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

std::string wrong_kind(const std::string& name, const nlohmann::json& known,
                       const nlohmann::json& value) {
    return wrong_setting(name, kind_of(known) + ", as " + text_of(known), value);
}

std::string unknown_setting(const std::string& name) {
    return "there is no setting '" + name + "'";
}

/// Where in a text a byte is, as editors count.
std::string place_of(std::string_view text, std::size_t byte) {
    const auto before = text.substr(0, byte == 0 ? 0 : byte - 1);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const auto begin = before.rfind('\n');
    const auto column = before.size() - (begin == std::string_view::npos ? 0 : begin + 1);
    return "line " + std::to_string(lines + 1) + ", column " + std::to_string(column + 1);
}

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& file, int code) {
    throw std::runtime_error(what + " " + file.string() + ": " +
                             std::system_category().message(code));
}

/// A file that is not there yet, and goes again unless it was kept.
class draft {
public:
    explicit draft(std::filesystem::path file)
        : file_(std::move(file)),
          // Tokens may stand in it.
          handle_(::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
        if (handle_ < 0) {
            fail("cannot write", file_, errno);
        }
    }
    ~draft() {
        if (handle_ >= 0) {
            ::close(handle_);
            ::unlink(file_.c_str());
        }
    }
    draft(const draft&) = delete;
    draft& operator=(const draft&) = delete;

    void write(std::string_view text) {
        while (!text.empty()) {
            const auto written = ::write(handle_, text.data(), text.size());
            if (written < 0 && errno != EINTR) {
                fail("cannot write", file_, errno);
            }
            text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
        }
    }

    /// Puts it in another's place, where it is found whole even if the machine fails now.
    void replace(const std::filesystem::path& old) {
        if (::fsync(handle_) != 0 || ::rename(file_.c_str(), old.c_str()) != 0) {
            fail("cannot write", old, errno);
        }
        ::close(std::exchange(handle_, -1));
    }

private:
    std::filesystem::path file_;
    int handle_;
};

}  // namespace

setting_folder::setting_folder(std::filesystem::path folder) : folder_(std::move(folder)) {
    if (folder_.empty()) {
        const char* home = std::getenv("HOME");
        folder_ = std::filesystem::path(home != nullptr ? home : ".") / ".trader";
    }
}

std::filesystem::path setting_folder::file_of(const std::string& name) const {
    return folder_ / (name + ".json");
}

nlohmann::json setting_folder::load(const std::string& name) const {
    const auto path = file_of(name);
    std::error_code failure;
    if (!std::filesystem::exists(path, failure) && !failure) {
        return nlohmann::json::object();
    }
    errno = 0;
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file || failure) {
        fail("cannot read", path, failure ? failure.value() : errno);
    }
    try {
        auto read = nlohmann::json::parse(text);
        if (!read.is_object()) {
            throw std::runtime_error(path.string() + ": settings are a JSON object, not " +
                                     kind_of(read) + "; mend or remove the file");
        }
        return read;
    } catch (const nlohmann::json::parse_error& wrong) {
        throw std::runtime_error(path.string() + ", " + place_of(text, wrong.byte) +
                                 ": this is no JSON; mend or remove the file");
    }
}

void setting_folder::save(const std::string& name, const nlohmann::json& setting) const {
    const auto before = load(name);
    auto after = before;
    const auto changed = as_settings(setting);
    for (const auto& [member, value] : changed.items()) {
        if (value.is_null()) {
            after.erase(member);
        } else {
            after[member] = value;
        }
    }
    auto path = file_of(name);
    if (after == before) {
        return;
    }
    std::filesystem::create_directories(folder_);
    for (int links = 0; std::filesystem::is_symlink(path) && links < 40; ++links) {
        path = path.parent_path() / std::filesystem::read_symlink(path);  // The link stays one.
    }
    auto beside = path;
    beside += "." + std::to_string(std::random_device{}());
    draft made(beside);
    made.write(after.dump(4, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    made.replace(path);
}

nlohmann::json as_settings(const nlohmann::json& given) {
    if (given.is_null()) {
        return nlohmann::json::object();
    }
    if (!given.is_object()) {
        throw std::invalid_argument("settings are a JSON object, not " + kind_of(given));
    }
    return given;
}

nlohmann::json with_defaults(const nlohmann::json& defaults, const nlohmann::json& given) {
    auto result = defaults;
    const auto settings = as_settings(given);
    for (const auto& [name, value] : settings.items()) {
        const auto known = defaults.find(name);
        if (known == defaults.end()) {
            throw std::invalid_argument(unknown_setting(name));
        }
        if (!is_same_kind(*known, value)) {
            throw std::invalid_argument(wrong_kind(name, *known, value));
        }
        result[name] = value;
    }
    return result;
}

saved_settings read_saved(const nlohmann::json& defaults, const nlohmann::json& saved,
                          const std::filesystem::path& file) {
    saved_settings read{defaults};
    for (const auto& [name, value] : saved.items()) {
        const auto known = defaults.find(name);
        if (known == defaults.end()) {
            read.unknown.push_back(file.string() + ": " + unknown_setting(name));
        } else if (!is_same_kind(*known, value)) {
            read.wrong.push_back(file.string() + ": " + wrong_kind(name, *known, value));
        } else {
            read.values[name] = value;
        }
    }
    return read;
}

std::string wrong_setting(const std::string& name, const std::string& takes,
                          const nlohmann::json& value) {
    return "setting '" + name + "' takes " + takes + ", not " +
           (is_secret(name) ? kind_of(value) : text_of(value));
}

bool is_secret(const std::string& name) {
    return name.ends_with("token") || name.ends_with("password");
}

bool is_file(const std::string& name) {
    return name == "data" || name == "authority" || name == "certificate" || name == "key";
}

nlohmann::json changes(const nlohmann::json& before, const nlohmann::json& now) {
    auto changed = nlohmann::json::object();
    for (const auto& [name, value] : now.items()) {
        if (!before.contains(name) || before.at(name) != value) {
            changed[name] = value;
        }
    }
    return changed;
}

}  // namespace trader
