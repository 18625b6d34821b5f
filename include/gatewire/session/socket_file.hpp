// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SOCKET_FILE_HPP
#define GATEWIRE_SESSION_SOCKET_FILE_HPP

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

/// The files of unix sockets, which several processes may want at the same time.
namespace rpc::inline v1::session {

/// While one lives, no other of this library looks at a socket's file, puts one there or removes
/// it. It is a lock on a file beside it, which goes with it.
class socket_file_lock {
public:
    /// @param name  Of the lock's file. Must outlive this.
    explicit socket_file_lock(const std::string& name) noexcept : name_(name) {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (!take() && is_busy_ && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(nap);
        }
    }
    ~socket_file_lock() {
        if (file_ >= 0) {
            ::unlink(name_.c_str());
            ::close(file_);
        }
    }
    socket_file_lock(const socket_file_lock&) = delete;
    socket_file_lock& operator=(const socket_file_lock&) = delete;

    /// Somebody else has held it all the time. Otherwise it is held, or this folder knows no locks.
    bool is_busy() const noexcept { return is_busy_; }

private:
    // It is held for a few system calls.
    static constexpr std::chrono::seconds patience{2};
    static constexpr std::chrono::milliseconds nap{1};

    bool take() noexcept {
        is_busy_ = false;
        const int made = ::open(name_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (made < 0) {
            return false;
        }
        if (::flock(made, LOCK_EX | LOCK_NB) == 0) {
            // Who held it before may have removed the file that was opened: then it is no lock.
            struct stat mine{};
            struct stat there{};
            if (::fstat(made, &mine) == 0 && ::stat(name_.c_str(), &there) == 0 &&
                mine.st_dev == there.st_dev && mine.st_ino == there.st_ino) {
                file_ = made;
                return true;
            }
            is_busy_ = true;
        } else {
            is_busy_ = errno == EWOULDBLOCK || errno == EINTR;
        }
        ::close(made);
        return false;
    }

    const std::string& name_;
    int file_ = -1;
    bool is_busy_ = false;
};

/// Removes the file of a socket that nobody listens on: it is left of a process that was killed.
/// @param path  Short enough for an address.
inline void remove_stale_socket(const std::string& path) noexcept {
    struct stat facts{};
    if (::lstat(path.c_str(), &facts) != 0 || !S_ISSOCK(facts.st_mode)) {
        return;
    }
#if defined(SOCK_CLOEXEC)
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
#else
    const int probe = ::socket(AF_UNIX, SOCK_STREAM, 0);
#endif
    if (probe < 0) {
        return;
    }
    // It must not wait for a place in the queue of a listener that is busy: that there is a queue
    // is all it wants to know.
    ::fcntl(probe, F_SETFL, O_NONBLOCK);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const int connected =
        ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (connected != 0 && errno == ECONNREFUSED) {
        ::unlink(path.c_str());
    }
    ::close(probe);
}

/// The file of a socket of this process.
class socket_file {
public:
    socket_file() = default;
    /// @param path  Where a socket was bound just now.
    explicit socket_file(std::string path) : path_(std::move(path)), lock_(lock_of(path_)) {
        struct stat facts{};
        if (::lstat(path_.c_str(), &facts) == 0) {
            device_ = facts.st_dev;
            number_ = facts.st_ino;
            owner_ = ::getpid();
        }
    }

    static std::string lock_of(const std::string& path) { return path + ".lock"; }

    const std::string& path() const noexcept { return path_; }

    /// Removes it, unless somebody else's stands there by now, or this process is a child of the
    /// one whose it is. To be called before the socket is
    /// closed: until then no other file has its number.
    void remove() noexcept {
        if (path_.empty()) {
            return;
        }
        if (owner_ == ::getpid()) {
            const socket_file_lock alone(lock_);
            struct stat facts{};
            if (!alone.is_busy() && ::lstat(path_.c_str(), &facts) == 0 &&
                facts.st_dev == device_ && facts.st_ino == number_) {
                ::unlink(path_.c_str());
            }
        }
        path_.clear();
    }

private:
    std::string path_;
    std::string lock_;
    dev_t device_ = 0;
    ino_t number_ = 0;
    pid_t owner_ = 0;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SOCKET_FILE_HPP
