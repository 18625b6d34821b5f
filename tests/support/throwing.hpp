// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_THROWING_HPP
#define TESTS_THROWING_HPP

#include <nlohmann/json.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

/// Types of a user's whose code throws while a message is read or written.
namespace test {

/// As those of fixed capacity that libraries have: what does not fit is an exception.
template <class T, std::size_t Capacity, class Thrown = std::length_error>
class small_vector {
public:
    using value_type = T;
    using reference = T&;
    using const_reference = const T&;
    using size_type = std::size_t;

    T* begin() { return items_.data(); }
    T* end() { return items_.data() + size_; }
    const T* begin() const { return items_.data(); }
    const T* end() const { return items_.data() + size_; }
    std::size_t size() const { return size_; }
    void clear() { size_ = 0; }
    T& back() { return items_[size_ - 1]; }
    void push_back(T value) {
        if (size_ == Capacity) {
            if constexpr (std::is_constructible_v<Thrown, const char*>) {
                throw Thrown("it is full");
            } else {
                throw Thrown();
            }
        }
        items_[size_++] = std::move(value);
    }

private:
    std::array<T, Capacity> items_{};
    std::size_t size_ = 0;
};

/// Loads its elements when they are asked for, as a result set of a database does.
template <class Thrown = std::runtime_error>
class lazy_rows {
public:
    using value_type = int;
    using reference = int&;
    using const_reference = const int&;

    class iterator {
    public:
        iterator(int at, int bad) : at_(at), bad_(bad) {}
        const int& operator*() const {
            if (at_ == bad_) {
                throw Thrown("the database went away");
            }
            return at_;
        }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        bool operator==(const iterator& other) const { return at_ == other.at_; }
        bool operator!=(const iterator& other) const { return at_ != other.at_; }

    private:
        int at_;
        int bad_;
    };

    lazy_rows() = default;
    /// @param bad  The number of the row at which it throws.
    lazy_rows(int size, int bad) : size_(size), bad_(bad) {}

    iterator begin() const { return {0, bad_}; }
    iterator end() const { return {size_, bad_}; }
    std::size_t size() const { return static_cast<std::size_t>(size_); }
    void clear() { size_ = 0; }
    void push_back(int) { ++size_; }

private:
    int size_ = 0;
    int bad_ = -1;
};

/// Throws what is no std::exception: -1 a text, 13 an int, 14 a long, 15 a type of its own.
struct lot {
    int size = 0;
};

inline void throw_for(int size) {
    switch (size) {
        case -1: throw "a lot cannot be negative";
        case 13: throw 13;
        case 14: throw 14L;
        case 15: throw lot{15};
        case 16: throw std::string("sixteen");
        default: break;
    }
}

inline void to_json(nlohmann::json& json, const lot& value) {
    throw_for(value.size);
    json = value.size;
}
inline void from_json(const nlohmann::json& json, lot& value) {
    value.size = json.get<int>();
    throw_for(value.size);
}

/// Its default constructor throws while `is_armed`.
struct armed {
    armed() {
        if (is_armed) {
            throw std::runtime_error("no default now");
        }
    }
    int value = 0;

    static inline bool is_armed = false;
};

inline void to_json(nlohmann::json& json, const armed& value) {
    json = value.value;
}
inline void from_json(const nlohmann::json& json, armed& value) {
    value.value = json.get<int>();
}

/// `armed::is_armed` while one lives.
struct arming {
    arming() { armed::is_armed = true; }
    ~arming() { armed::is_armed = false; }
    arming(const arming&) = delete;
    arming& operator=(const arming&) = delete;
};

/// Cannot be moved, and so copied, after so many times.
struct stubborn {
    stubborn() = default;
    stubborn(const stubborn& other) : value(other.value) { count(); }
    stubborn(stubborn&& other) : value(other.value) { count(); }
    stubborn& operator=(const stubborn& other) {
        value = other.value;
        count();
        return *this;
    }
    int value = 0;

    static inline std::atomic<int> moves_left = -1;  // there is no end below zero

private:
    static void count() {
        if (moves_left >= 0 && moves_left-- == 0) {
            throw std::runtime_error("it cannot be moved");
        }
    }
};

inline void to_json(nlohmann::json& json, const stubborn& value) {
    json = value.value;
}
inline void from_json(const nlohmann::json& json, stubborn& value) {
    value.value = json.get<int>();
}

/// Says nothing of itself.
struct mute : std::exception {
    const char* what() const noexcept override { return nullptr; }
};

}  // namespace test

#endif  // TESTS_THROWING_HPP
