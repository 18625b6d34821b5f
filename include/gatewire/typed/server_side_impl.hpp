// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_SERVER_SIDE_IMPL_HPP
#define GATEWIRE_TYPED_SERVER_SIDE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/session/publish_batch.hpp>
#include <gatewire/session/server_core.hpp>
#include <gatewire/session/write_batch.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/typed/engine_runner.hpp>
#include <gatewire/typed/event_key.hpp>
#include <gatewire/typed/openrpc_document.hpp>
#include <gatewire/typed/response_sink_impl.hpp>  // IWYU pragma: keep
#include <gatewire/typed/served_engine.hpp>
#include <gatewire/typed/server_side.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The part of a server that is compiled once where GATEWIRE_SEPARATE_COMPILATION is defined.
namespace rpc::inline v1::typed {

/// The text of a document that is made when somebody asks for it; empty if some name in it has no
/// JSON form.
class lazy_document {
public:
    lazy_document(const served_engine& served, const server_options& options)
        : title_(options.title),
          version_(options.version),
          methods_(served.methods),
          events_(served.events),
          is_guarded_(static_cast<bool>(options.authenticate)) {}

    std::string_view text() {
        std::call_once(made_, [this] {
            text_ = openrpc_text({title_, version_, methods_, events_, is_guarded_});
        });
        return text_;
    }

private:
    std::string title_;
    std::string version_;
    described_entries methods_;
    described_entries events_;
    bool is_guarded_;
    std::once_flag made_;
    std::string text_;
};

/// Runs the calls that a connection brought together, and tells the engine of its end.
class call_batch_runner {
public:
    explicit call_batch_runner(const served_engine& served) : engine_(served) {}

    /// Called once, before the first batch.
    void serve(session::server_core& core) {
        const server_options& options = core.options();
        core_ = &core;
        engine_.serve(
            {&core.offers(), options.environment.get(), &options.log, options.slow_call},
            {nullptr, options.limits.answer_size_max,
             session::engine_executor(core.engine().executor(), core.hub(), core.weak_from_this()),
             options.worker ? options.worker : core.executor(), core.executor()});
    }

    void run(std::unique_ptr<session::call_batch> batch) {
        if (batch->end) {
            engine_.tell_end(*batch->end);
            core_->end_reported();
            return;
        }
        session::write_batch held;
        session::publish_batch publishing(core_->hub());
        session::server_session& from = *batch->from;
        response_sink responses(std::move(batch->from), from.watch(), engine_.response_size_max(),
                                std::move(batch->responses));
        held.flush_first(&responses);
        time_point last_sent = core_->now();
        time_point now = last_sent;
        for (const protocol::call& what : batch->calls) {
            const time_point begun = now;
            engine_.run(what, responses, now);
            now = core_->now();
            engine_.note_slow(what, now - begun);
            responses.ended(now);
            // A response is not kept back for calls that take their time.
            if (!publishing.is_empty() || now - last_sent > std::chrono::milliseconds(1)) {
                responses.hand_over();
                publishing.release();
                held.flush_thread();
                // All this may take its time, and the user's code runs in it.
                last_sent = now = core_->now();
            }
        }
        held.flush_first(nullptr);
        responses.hand_over();
        batch->responses = responses.take_room();
        from.recycle(std::move(batch));
    }

    /// Waits for offloaded methods; none is begun any more.
    void close() { engine_.close(); }

private:
    using time_point = protocol::time_point;

    engine_runner engine_;
    session::server_core* core_ = nullptr;
};

GATEWIRE_INLINE server_side::server_side(const asio::any_io_executor& executor,
                                         server_options&& options, const served_engine& served)
    : runner_(std::make_shared<call_batch_runner>(served)) {
    auto document = std::make_shared<lazy_document>(served, options);
    core_ = std::make_shared<session::server_core>(
        executor, std::move(options),
        protocol::service{served.find_method, served.find_event, describe_entries(served.methods),
                          describe_entries(served.events),
                          [document = std::move(document)] { return document->text(); }},
        [runner = runner_](std::unique_ptr<session::call_batch>& batch) {
            runner->run(std::move(batch));
        },
        served.tell_end != nullptr);
    runner_->serve(*core_);
}

GATEWIRE_INLINE server_side::~server_side() {
    core_->shut();
    runner_->close();
    core_.reset();
}

GATEWIRE_INLINE void server_side::start() {
    core_->start();
}

GATEWIRE_INLINE void server_side::stop() {
    core_->stop();
}

GATEWIRE_INLINE void server_side::when_drained(std::function<void()> done) {
    core_->when_drained(std::move(done));
}

GATEWIRE_INLINE std::size_t server_side::forget_keys() {
    return core_->used_keys().clear();
}

GATEWIRE_INLINE std::vector<std::string> server_side::addresses() const {
    return core_->addresses();
}

GATEWIRE_INLINE bool server_side::is_running() const {
    return core_->is_running();
}

GATEWIRE_INLINE std::size_t server_side::connections() const {
    return core_->connections();
}

GATEWIRE_INLINE std::size_t server_side::queued_bytes() const {
    return core_->queued_bytes();
}

GATEWIRE_INLINE std::vector<session_stats> server_side::sessions() const {
    return core_->sessions();
}

GATEWIRE_INLINE server_stats server_side::stats() const {
    return core_->stats();
}

GATEWIRE_INLINE asio::any_io_executor server_side::executor() const {
    return core_->engine().executor();
}

GATEWIRE_INLINE void server_side::publish(std::size_t place, std::string_view key,
                                          std::string_view data, std::string_view target) {
    core_->hub().check_size(place, data.size());
    if (auto* scope = session::publish_batch::of(core_->hub())) {
        scope->hold(place, key, data, target);
    } else {
        core_->hub().publish(place, key, data, target);
    }
}

GATEWIRE_INLINE void throw_unwritable(std::string_view event, const codec::write_error& failure) {
    throw error(errc::invalid_value, failure.text("event '" + std::string(event) + "'"),
                outcome::not_sent);
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_SERVER_SIDE_IMPL_HPP
