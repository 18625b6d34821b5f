// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CALL_COMPLETION_HPP
#define GATEWIRE_SESSION_CALL_COMPLETION_HPP

#include <gatewire/detail/block_cache.hpp>
#include <gatewire/error.hpp>
#include <gatewire/session/serial_executor.hpp>

#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace rpc::inline v1::session {

/// How one call ends. Exactly one of the first three functions is called, once, and the object
/// disposes of itself in it; `end_of` sees to that.
class call_completion {
public:
    using strand = serial_executor;

    /// When and where a call may complete.
    enum class turn : unsigned char {
        at_once,     // by the thread that reads: it runs no code of the user's
        after_read,  // as soon as the next read is under way: it has an executor of its own
        in_order     // on the gateway's strand, between the events before and after it
    };

    explicit call_completion(turn when) noexcept : when_(when) {}
    call_completion(const call_completion&) = delete;
    call_completion& operator=(const call_completion&) = delete;

    // The next two throw what the user's handler throws if it runs `in_order`, and nothing else.

    /// The call gave this result, as it was written. Valid during the call only.
    virtual void succeed(std::string_view result) = 0;

    /// The server responded with an error.
    virtual void refuse(const error& why) = 0;

    /// The call failed on this side. Whoever finds that out may be in the midst of something, so
    /// the user's code does not run inside of this.
    /// @param gateway  Where it runs, if it has no executor of its own.
    virtual void fail(const error& why, const strand& gateway) noexcept = 0;

    /// Goes without an end.
    virtual void dispose() noexcept = 0;

    turn when() const noexcept { return when_; }

protected:
    ~call_completion() = default;

private:
    turn when_;
};

struct completion_disposal {
    void operator()(call_completion* what) const noexcept { what->dispose(); }
};

/// The only owner of a completion.
using completion_ptr = std::unique_ptr<call_completion, completion_disposal>;

/// The completion, to call one of the functions that end it.
inline call_completion& end_of(completion_ptr&& what) noexcept {
    return *what.release();
}

/// Makes a completion, in memory that the thread keeps for that.
template <class Completion, class... Given>
completion_ptr make_completion(Given&&... given) {
    static_assert(alignof(Completion) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__,
                  "gatewire: a completion handler is aligned too strictly");
    struct room {
        void* block = detail::block_cache::take(sizeof(Completion));
        room() = default;
        room(const room&) = delete;
        room& operator=(const room&) = delete;
        ~room() {
            if (block != nullptr) {
                detail::block_cache::give(block, sizeof(Completion));
            }
        }
    };
    room made;
    completion_ptr result(::new (made.block) Completion(std::forward<Given>(given)...));
    made.block = nullptr;
    return result;
}

/// Destroys a completion that `make_completion` made.
template <class Completion>
void destroy_completion(Completion* what) noexcept {
    what->~Completion();
    detail::block_cache::give(what, sizeof(Completion));
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CALL_COMPLETION_HPP
