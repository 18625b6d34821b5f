// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_CALL_OPTIONS_HPP
#define GATEWIRE_TYPED_CALL_OPTIONS_HPP

#include <gatewire/error.hpp>
#include <gatewire/key.hpp>
#include <gatewire/timeout.hpp>
#include <gatewire/traceparent.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::typed {

/// A value that most do not have, so that it costs those a pointer.
template <class Value>
class rare {
public:
    rare() = default;
    rare(const rare& other)
        : kept_(other.kept_ ? std::make_unique<Value>(*other.kept_) : nullptr) {}
    rare(rare&& other) noexcept = default;
    rare& operator=(rare other) noexcept {
        kept_.swap(other.kept_);
        return *this;
    }
    rare& operator=(Value value) {
        kept_ = std::make_unique<Value>(std::move(value));
        return *this;
    }

    explicit operator bool() const noexcept { return kept_ != nullptr; }
    const Value& operator*() const noexcept { return *kept_; }

private:
    std::unique_ptr<Value> kept_;
};

/// What stands before the arguments of a call, or the defaults.
struct call_options {
    std::chrono::milliseconds timeout;
    /// Members of the request's `rpc` that name the call, each with a comma before it. Most calls
    /// have none.
    rare<std::string> key{};
    rare<std::string> trace{};    ///< As it was given.
    rare<std::string> members{};  ///< Both as the request has them, after `complete`.

    /// No more options follow.
    void complete() {
        if (key || trace) {
            write_members();
        }
    }

private:
    void write_members();
};

template <class Given>
inline constexpr bool is_call_option = std::is_same_v<std::remove_cvref_t<Given>, timeout> ||
                                       std::is_same_v<std::remove_cvref_t<Given>, key> ||
                                       std::is_same_v<std::remove_cvref_t<Given>, traceparent>;

/// The members of a request's `rpc` that name it.
/// @throws rpc::error  `invalid_value`: the key is empty or not UTF-8.
std::string key_members(const key& given);

/// The text of a trace.
/// @throws rpc::error  `invalid_value`: it is none.
std::string trace_text(const traceparent& given);

[[gnu::noinline]] inline void call_options::write_members() {
    std::string all = key ? *key : std::string();
    if (trace) {
        all += R"(,"traceparent":")" + *trace + '"';
    }
    members = std::move(all);
}

/// Takes the options off the front of what a caller gave, and runs `use(options, rest...)`.
///
/// @tparam Options  `call_options`, or a class derived from it that takes more by `take`.
template <class Entry, class Options, class Use>
auto take_options(Options options, Use&& use) {
    options.complete();
    return use(options);
}
template <class Entry, class Options, class Use, class First, class... Rest>
auto take_options(Options options, Use&& use, First& first, Rest&... rest) {
    if constexpr (std::is_same_v<std::remove_cvref_t<First>, timeout>) {
        options.timeout = first.value;
        return take_options<Entry>(std::move(options), use, rest...);
    } else if constexpr (std::is_same_v<std::remove_cvref_t<First>, key>) {
        static_assert(Entry::is_once,
                      "gatewire: rpc::key is for methods with the trait rpc::once; give it to the "
                      "table's entry");
        options.key = key_members(first);
        return take_options<Entry>(std::move(options), use, rest...);
    } else if constexpr (std::is_same_v<std::remove_cvref_t<First>, traceparent>) {
        options.trace = trace_text(first);
        return take_options<Entry>(std::move(options), use, rest...);
    } else if constexpr (requires { options.take(first); }) {
        options.take(first);
        return take_options<Entry>(std::move(options), use, rest...);
    } else {
        options.complete();
        return use(options, first, rest...);
    }
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_CALL_OPTIONS_HPP
