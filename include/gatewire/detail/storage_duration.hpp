// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_STORAGE_DURATION_HPP
#define GATEWIRE_DETAIL_STORAGE_DURATION_HPP

#include <cstddef>
#include <new>
#include <utility>

/// Objects of static and of thread storage. Programs make their last calls in destructors of such
/// objects of theirs, in whatever order those come: what the library keeps must be there for them.
namespace rpc::inline v1::detail {

/// An object of static storage that is never destroyed.
template <class Object>
class never_destroyed {
public:
    template <class... Given>
    explicit never_destroyed(Given&&... given)
        : object_(::new(bytes_) Object(std::forward<Given>(given)...)) {}
    never_destroyed(const never_destroyed&) = delete;
    never_destroyed& operator=(const never_destroyed&) = delete;

    Object& operator*() const noexcept { return *object_; }

private:
    alignas(Object) std::byte bytes_[sizeof(Object)];
    Object* object_;
};

/// The one object of its type that each thread has, until the thread's objects are destroyed.
template <class Object>
class thread_owned {
public:
    /// Null where this thread's is gone, or cannot be made: its user does without then.
    static Object* get() noexcept { return current != nullptr || has_ended ? current : make(); }

    /// The same, but makes none.
    static Object* find() noexcept { return current; }

private:
    struct owner {
        owner() noexcept { current = &object; }
        ~owner() {
            current = nullptr;
            has_ended = true;
        }
        owner(const owner&) = delete;
        owner& operator=(const owner&) = delete;
        Object object;
    };

    static Object* make() noexcept {
        static thread_local owner one;
        return &one.object;
    }

    // Neither has a destructor, so both can be asked as long as the thread runs.
    static inline constinit thread_local Object* current = nullptr;
    static inline constinit thread_local bool has_ended = false;
};

}  // namespace rpc::inline v1::detail

#endif  // GATEWIRE_DETAIL_STORAGE_DURATION_HPP
