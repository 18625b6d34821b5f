// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_OBSERVED_COMPLETION_HPP
#define GATEWIRE_SESSION_OBSERVED_COMPLETION_HPP

#include <gatewire/observer.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/session/environment.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::session {

/// A completion that tells an observer of the end before it passes it on.
class observed_completion final : public call_completion {
public:
    /// @param method  Outlives the call; empty: `name` is the method's.
    observed_completion(completion_ptr inner, std::shared_ptr<observer> who,
                        std::shared_ptr<environment> world, std::string_view method,
                        std::string traceparent, std::string name)
        : call_completion(inner->when()),
          inner_(std::move(inner)),
          who_(std::move(who)),
          world_(std::move(world)),
          name_(std::move(name)),
          method_(method.empty() ? std::string_view(name_) : method),
          traceparent_(std::move(traceparent)),
          begun_(world_->now()) {}

    void succeed(std::string_view result) override {
        tell({}, {}, result.size());
        pass([&](call_completion& inner) { inner.succeed(result); });
    }
    void refuse(const error& why) override {
        tell(why.code(), why.outcome(), 0);
        pass([&](call_completion& inner) { inner.refuse(why); });
    }
    void fail(const error& why, const strand& gateway) noexcept override {
        tell(why.code(), why.outcome(), 0);
        pass([&](call_completion& inner) { inner.fail(why, gateway); });
    }
    void dispose() noexcept override { destroy_completion(this); }

private:
    void tell(std::error_code code, rpc::outcome outcome, std::size_t size) noexcept {
        who_->on_reply({method_, traceparent_, begun_, world_->now(), code, outcome, size});
    }

    template <class End>
    void pass(End&& end) {
        completion_ptr inner = std::move(inner_);
        destroy_completion(this);
        end(end_of(std::move(inner)));
    }

    completion_ptr inner_;
    std::shared_ptr<observer> who_;
    std::shared_ptr<environment> world_;
    std::string name_;
    std::string_view method_;
    std::string traceparent_;
    protocol::time_point begun_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_OBSERVED_COMPLETION_HPP
