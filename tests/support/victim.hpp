// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_VICTIM_HPP
#define TESTS_VICTIM_HPP

#include "waiting.hpp"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

/// A server in a process of its own, to be stopped, frozen or killed.
namespace test {

/// This test program once more, running the one test case that serves until it is ended. Starting a
/// program, unlike a mere fork, is safe whatever threads there are.
class victim {
public:
    /// Starts it and waits until it listens.
    explicit victim(const std::string& address) {
        int ends[2];
        if (::pipe(ends) != 0) {
            throw std::runtime_error("no pipe");
        }
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addclose(&actions, ends[0]);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], report_descriptor);
        ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 01, 0);
        char program[] = "/proc/self/exe";
        char which[] = "--test-case=victim: serves until it is ended";
        char unskip[] = "--no-skip";
        char* const arguments[] = {program, which, unskip, nullptr};
        std::string named = std::string(address_variable) + "=" + address;
        std::vector<char*> environment{named.data()};
        for (char** one = ::environ; *one != nullptr; ++one) {
            environment.push_back(*one);
        }
        environment.push_back(nullptr);
        const int failure =
            ::posix_spawn(&process_, program, &actions, nullptr, arguments, environment.data());
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        if (failure == 0) {
            address_ = read_line(ends[0]);
        }
        ::close(ends[0]);
        if (address_.empty()) {
            throw std::runtime_error("the victim did not start");
        }
    }
    ~victim() {
        if (process_ > 0) {
            kill();
        }
    }
    victim(const victim&) = delete;
    victim& operator=(const victim&) = delete;

    const std::string& address() const { return address_; }

    void signal(int number) const { ::kill(process_, number); }

    /// Ends it as a crash does.
    void kill() {
        signal(SIGKILL);
        wait();
    }

    /// Waits for its end. @return Its exit status; -1 if a signal ended it.
    int wait() {
        int status = 0;
        pid_t ended = 0;
        if (!eventually([&] { return (ended = ::waitpid(process_, &status, WNOHANG)) != 0; })) {
            throw std::runtime_error("the victim did not end");
        }
        process_ = -1;
        return ended > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    /// In the victim: where to listen, if this process is one.
    static std::optional<std::string> listen_address() {
        const char* const address = std::getenv(address_variable);
        return address == nullptr ? std::nullopt : std::optional<std::string>(address);
    }

    /// In the victim: tells the parent where it listens.
    static void report(std::string address) {
        address += '\n';
        if (::write(report_descriptor, address.data(), address.size()) < 0) {
            throw std::runtime_error("the victim has no parent");
        }
        ::close(report_descriptor);
    }

private:
    static constexpr const char* address_variable = "GATEWIRE_TEST_VICTIM";
    static constexpr int report_descriptor = 100;

    static std::string read_line(int descriptor) {
        std::string line;
        const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(patience);
        for (;;) {
            char byte = 0;
            pollfd one{descriptor, POLLIN, 0};
            if (::poll(&one, 1, static_cast<int>(limit.count())) <= 0 ||
                ::read(descriptor, &byte, 1) != 1) {
                return {};
            }
            if (byte == '\n') {
                return line;
            }
            line += byte;
        }
    }

    pid_t process_ = -1;
    std::string address_;
};

}  // namespace test

#endif  // TESTS_VICTIM_HPP
