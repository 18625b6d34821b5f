// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_NATS_FAILOVER_SCENE_HPP
#define TESTS_NATS_FAILOVER_SCENE_HPP

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

/// What the engines and clients of the failover test have in common.
namespace failover {

/// Nanoseconds of a clock that all processes of a machine share.
inline std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// Sets the pace of a load; nothing is waited for.
inline void rest(std::chrono::milliseconds time) {
    std::mutex mutex;
    std::condition_variable never_notified;
    std::unique_lock lock(mutex);
    never_notified.wait_for(lock, time);
}

/// An order, by the number that its client gave it, and what came of it.
struct order {
    std::uint32_t client = 0;
    std::uint64_t number = 0;
};
struct receipt {
    std::uint64_t answer = 0;
};

/// An event of which every one counts.
struct fill {
    std::uint32_t engine = 0;
    std::uint64_t number = 0;  ///< Grows by one for each of its engine.
};

/// Lines that are in the file before anything else happens, for a process that may be killed.
class journal {
public:
    explicit journal(const char* path) : file_(std::fopen(path, "w")) {
        if (!file_) {
            throw std::runtime_error("the journal cannot be written");
        }
    }

    template <class... Values>
    void write(const char* kind, Values... values) {
        std::string line(kind);
        ((line += ' ' + std::to_string(values)), ...);
        line += '\n';
        const std::lock_guard lock(mutex_);
        std::fwrite(line.data(), 1, line.size(), file_.get());
        std::fflush(file_.get());
    }

private:
    struct closer {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, closer> file_;
    std::mutex mutex_;
};

}  // namespace failover

#endif  // TESTS_NATS_FAILOVER_SCENE_HPP
