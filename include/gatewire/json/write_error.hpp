// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_ERROR_HPP
#define GATEWIRE_JSON_WRITE_ERROR_HPP

#include <gatewire/detail/thrown.hpp>
#include <gatewire/json/read_error.hpp>
#include <gatewire/json/reader.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::codec {

/// Why a value could not be written, and where; while writing also how deep it is. One may be used
/// for many values, one after the other, also after a failure.
struct write_error {
    unsigned depth_left = depth_max;
    bool is_thrown = false;  // the message is what the user's code threw

    /// "params[0].price: infinity has no JSON form" for the root "params".
    std::string text(std::string_view root) const {
        return texts_ == nullptr ? place_text(root, {}, {})
                                 : place_text(root, texts_->where, texts_->message);
    }

    // All return false, for `return error.fail(...)`.
    bool fail(std::string text) {
        words& why = made_texts();
        why.where.clear();
        why.message = std::move(text);
        depth_left = depth_max;  // the containers that are open are given up
        is_thrown = false;
        return false;
    }
    /// Says what is being handled. Only inside of a catch block.
    bool fail_thrown() {
        fail(printable(rpc::detail::thrown_text(), 200));
        is_thrown = true;
        return false;
    }
    bool inside_member(std::string_view name) {
        prepend_member(made_texts().where, name);
        return false;
    }
    bool inside_element(std::size_t index) {
        prepend_element(made_texts().where, index);
        return false;
    }

    bool enter() {
        if (depth_left == 0) {
            return fail("nested too deeply");
        }
        --depth_left;
        return true;
    }
    void leave() noexcept { ++depth_left; }

private:
    struct words {
        std::string where;    // from the value that was to be written: "[0].price", or empty
        std::string message;  // "infinity has no JSON form"
    };

    words& made_texts() {
        if (texts_ == nullptr) {
            texts_ = std::make_unique<words>();
        }
        return *texts_;
    }

    std::unique_ptr<words> texts_;  // made where a value could not be written
};

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_WRITE_ERROR_HPP
