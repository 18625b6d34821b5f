// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTS_PLUGIN_HPP
#define GATEWIRE_TESTS_PLUGIN_HPP

#include <gatewire/session/optional_mutex.hpp>

#include <atomic>
#include <exception>
#include <string>
#include <system_error>

/// What a plug-in does for its host, which has another copy of the library.
struct [[gnu::visibility("default")]] plugin {
    virtual ~plugin() = default;
    virtual int add(int left, int right) = 0;
    virtual void refuse() = 0;                      // throws what the engine threw
    virtual void be_late() = 0;                     // throws an error of this side
    virtual std::exception_ptr end_of_async() = 0;  // what a completion handler was given
    virtual bool knows(const std::error_code& forbidden) = 0;
    /// Waits for a mutex of the host's. @param thread  Becomes the system's number of this thread.
    virtual void wait_for(rpc::session::optional_mutex& mutex, std::atomic<int>& thread) = 0;
};

using plugin_maker = plugin*(const char* address);

#endif  // GATEWIRE_TESTS_PLUGIN_HPP
