// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Runs simulations by their seeds and tells which promises were broken.

#include "simulation.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

namespace {

constexpr std::size_t shown_max = 20;  // violations of one seed

struct totals {
    std::uint64_t seeds = 0;
    std::uint64_t failed = 0;
    std::uint64_t calls = 0;
    std::uint64_t hash = 0;
    simulator::moment elapsed = 0;
};

void run(std::uint64_t seed, totals& sum) {
    simulator::simulation one(seed);
    std::vector<simulator::violation> found;
    try {
        found = one.run();
    } catch (const std::exception& thrown) {
        found.push_back({"crash", thrown.what()});
    }
    ++sum.seeds;
    sum.calls += one.calls();
    sum.elapsed += one.elapsed();
    sum.hash = rpc::testing::chance::mix(sum.hash ^ one.trace_hash());
    if (found.empty()) {
        return;
    }
    ++sum.failed;
    std::printf("seed %llu: %zu violations\n", static_cast<unsigned long long>(seed), found.size());
    for (std::size_t at = 0; at < found.size() && at < shown_max; ++at) {
        std::printf("  %s: %s\n", found[at].rule.c_str(), found[at].text.c_str());
    }
}

int usage() {
    std::puts(
        "simulator --seed N | --seeds FROM COUNT\n"
        "Runs one seed or many, and fails if any of them breaks a promise.");
    return 2;
}

std::uint64_t number(const char* text) {
    return std::strtoull(text, nullptr, 10);
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t from = 0;
    std::uint64_t count = 1;
    if (argc == 3 && std::strcmp(argv[1], "--seed") == 0) {
        from = number(argv[2]);
    } else if (argc == 4 && std::strcmp(argv[1], "--seeds") == 0) {
        from = number(argv[2]);
        count = number(argv[3]);
    } else {
        return usage();
    }
    const auto begin = std::chrono::steady_clock::now();
    totals sum;
    for (std::uint64_t seed = from; seed < from + count; ++seed) {
        run(seed, sum);
    }
    const std::chrono::duration<double> real = std::chrono::steady_clock::now() - begin;
    const double simulated = static_cast<double>(sum.elapsed) * 1e-9;
    std::printf(
        "%llu seeds, %llu failed; %llu calls; %.0f s in %.1f s, %.0f times real time; "
        "trace %016llx\n",
        static_cast<unsigned long long>(sum.seeds), static_cast<unsigned long long>(sum.failed),
        static_cast<unsigned long long>(sum.calls), simulated, real.count(),
        simulated / real.count(), static_cast<unsigned long long>(sum.hash));
    return sum.failed == 0 ? 0 : 1;
}
