// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_NATS_BROKER_HPP
#define TESTS_NATS_BROKER_HPP

#include "waiting.hpp"

#include <nlohmann/json.hpp>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

/// A nats-server of the test's own, with JetStream in a folder of its own.
namespace test {

class broker {
public:
    broker() : folder_(make_folder()) { start(); }

    ~broker() {
        stop();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    broker(const broker&) = delete;
    broker& operator=(const broker&) = delete;

    std::string url() const { return "nats://127.0.0.1:" + port_; }

    /// Starts it with what it stored before, on the port that it had.
    void start() {
        const std::string ports = folder_ + "/ports";
        std::filesystem::remove_all(ports);
        std::filesystem::create_directory(ports);
        spawn({"nats-server", "-a", "127.0.0.1", "-p", port_, "--ports_file_dir", ports, "-js",
               "-sd", folder_ + "/store", "-l", folder_ + "/log"});
        if (!eventually([&] { return read_port(ports); })) {
            throw std::runtime_error("nats-server did not start");
        }
    }

    /// Ends it as a machine would that loses its power.
    void kill() { end(SIGKILL); }
    void stop() { end(SIGTERM); }

private:
    static std::string make_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "gatewire-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        return name;
    }

    void spawn(std::vector<std::string> words) {
        std::vector<char*> arguments;
        for (std::string& word : words) {
            arguments.push_back(word.data());
        }
        arguments.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 01, 0);
        ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 01, 0);
        const int failure = ::posix_spawnp(&process_, words.front().c_str(), &actions, nullptr,
                                           arguments.data(), ::environ);
        ::posix_spawn_file_actions_destroy(&actions);
        if (failure != 0) {
            throw std::runtime_error("nats-server cannot be started: is it installed?");
        }
    }

    bool read_port(const std::string& ports) {
        for (const auto& file : std::filesystem::directory_iterator(ports)) {
            std::ifstream in(file.path());
            const nlohmann::json all = nlohmann::json::parse(in, nullptr, false);
            if (all.is_object() && !all["nats"].empty()) {
                const std::string first = all["nats"][0].get<std::string>();
                port_ = first.substr(first.rfind(':') + 1);
                return true;
            }
        }
        return false;
    }

    void end(int signal) {
        if (process_ > 0) {
            ::kill(process_, signal);
            ::waitpid(process_, nullptr, 0);
            process_ = -1;
        }
    }

    const std::string folder_;
    std::string port_ = "-1";
    pid_t process_ = -1;
};

}  // namespace test

#endif  // TESTS_NATS_BROKER_HPP
