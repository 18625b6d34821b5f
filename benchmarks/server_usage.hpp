// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_SERVER_USAGE_HPP
#define BENCH_SERVER_USAGE_HPP

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

// What the operating system says of the server's process, which the runner names in the variable
// BENCH_SERVER_PID. Zero where it says nothing.
namespace bench {

inline std::string server_folder() {
    const char* const process = std::getenv("BENCH_SERVER_PID");
    return process == nullptr ? std::string() : "/proc/" + std::string(process);
}

/// Time on a processor of all its threads that are there, in microseconds.
inline double server_cpu_us() {
    const std::string folder = server_folder();
    if (folder.empty()) {
        return 0;
    }
    double sum = 0;
    std::error_code gone;
    for (const auto& thread : std::filesystem::directory_iterator(folder + "/task", gone)) {
        double time = 0;
        std::ifstream(thread.path() / "schedstat") >> time;
        sum += time / 1e3;
    }
    return sum;
}

/// Bytes of its memory that are resident.
inline double server_memory() {
    double all = 0;
    double resident = 0;
    std::ifstream(server_folder() + "/statm") >> all >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace bench

#endif  // BENCH_SERVER_USAGE_HPP
