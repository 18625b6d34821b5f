// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SECURE_ATTEMPT_HPP
#define GATEWIRE_SESSION_SECURE_ATTEMPT_HPP

#include <gatewire/error.hpp>
#include <gatewire/session/encryption.hpp>
#include <gatewire/session/environment.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace rpc::inline v1::session {

/// One attempt to connect with encryption: a plain attempt, then the handshake, which has the same
/// time as each step before it.
class secure_attempt final : public attempt,
                             public handshake_user,
                             public wakeable,
                             public std::enable_shared_from_this<secure_attempt> {
public:
    secure_attempt(const asio::any_io_executor& executor, std::shared_ptr<environment> world,
                   std::shared_ptr<client_encryption> keys, std::chrono::milliseconds deadline,
                   environment::connect_callback done)
        : executor_(executor),
          world_(std::move(world)),
          keys_(std::move(keys)),
          deadline_(deadline),
          timer_(world_->make_timer(executor)),
          done_(std::move(done)) {}

    /// Call once.
    void start(protocol::address address) {
        const std::lock_guard lock(mutex_);
        host_ = address.host;
        address.kind = protocol::address::scheme::tcp;
        // Whoever made this attempt keeps it; the plain one must not, for it is kept here.
        plain_ = world_->connect(executor_, address, deadline_,
                                 [weak = weak_from_this()](std::unique_ptr<stream> made,
                                                           const protocol::close_reason& failure) {
                                     if (const auto self = weak.lock()) {
                                         self->on_connected(std::move(made), failure);
                                     }
                                 });
    }

    void cancel() override {
        const std::lock_guard lock(mutex_);
        is_done_ = true;
        timer_->cancel();
        if (plain_) {
            plain_->cancel();
        }
        if (secured_) {
            secured_->close();
        }
    }

private:
    void on_connected(std::unique_ptr<stream> made, const protocol::close_reason& failure) {
        {
            const std::lock_guard lock(mutex_);
            if (is_done_) {
                return;
            }
            if (made && shake_hands(std::move(made))) {
                return;
            }
        }
        finish(failure.text.empty() ? wrap_failure_ : failure);
    }

    /// @return False if this host cannot be shaken hands with at all.
    bool shake_hands(std::unique_ptr<stream> plain) {
        try {
            secured_ = keys_->wrap(std::move(plain), host_);
        } catch (const error& refused) {
            wrap_failure_ = {static_cast<errc>(refused.code().value()), refused.message()};
            return false;
        }
        handshake_end_ = protocol::after(world_->now(), deadline_);
        timer_->arm(handshake_end_, weak_from_this());
        secured_->shake_hands(shared_from_this());
        return true;
    }

    void on_handshake(const protocol::close_reason& failure) override { finish(failure); }

    void on_wake() override {
        {
            const std::lock_guard lock(mutex_);
            if (is_done_ || world_->now() < handshake_end_) {
                return;
            }
        }
        finish({errc::peer_silent,
                "the TLS handshake took longer than " + std::to_string(deadline_.count()) + " ms"});
    }

    void finish(const protocol::close_reason& failure) {
        const auto self = shared_from_this();  // `done_` may let go of this
        std::unique_ptr<stream> made;
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(is_done_, true)) {
                return;
            }
            timer_->cancel();
            if (failure.text.empty()) {
                made = std::move(secured_);
            } else if (secured_) {
                secured_->close();
            }
        }
        done_(std::move(made), failure);
    }

    std::mutex mutex_;
    asio::any_io_executor executor_;
    std::shared_ptr<environment> world_;
    std::shared_ptr<client_encryption> keys_;
    std::chrono::milliseconds deadline_;
    std::unique_ptr<timer> timer_;
    environment::connect_callback done_;
    std::string host_;
    protocol::close_reason wrap_failure_{errc::connection_refused, {}};
    std::shared_ptr<attempt> plain_;
    std::unique_ptr<secure_stream> secured_;
    time_point handshake_end_ = protocol::never;
    bool is_done_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SECURE_ATTEMPT_HPP
