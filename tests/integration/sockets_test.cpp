// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: sockets are closed in programs that this process starts, and the file of a unix socket
// belongs to one listener at a time. Method: the parts that make sockets and files, by themselves,
// with real ones in a temporary folder.

#include "raw_peer.hpp"

#include <gatewire/session/listener.hpp>
#include <gatewire/session/sockets.hpp>

#include <asio/basic_socket_acceptor.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using plain_acceptor =
    asio::basic_socket_acceptor<rpc::session::stream_protocol, asio::any_io_executor>;

bool is_closed_in_children(int descriptor) {
    return (::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0;
}

bool is_there(const std::string& path) {
    struct stat facts{};
    return ::lstat(path.c_str(), &facts) == 0;
}

/// A socket that listens at a path without this library's help.
struct foreign_listener {
    foreign_listener(const std::string& path, int backlog)
        : socket(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        const test::raw_address address("unix://" + path);
        REQUIRE(::bind(socket.descriptor(), address.data(), address.size()) == 0);
        REQUIRE(::listen(socket.descriptor(), backlog) == 0);
    }
    test::raw_socket socket;
};

/// Leaves a socket file behind, as a process does that is killed.
void leave_dead_socket(const std::string& path) {
    const foreign_listener dead(path, 1);
    REQUIRE(is_there(path));
}

std::vector<std::shared_ptr<rpc::session::acceptor>> listen_at(asio::io_context& loop,
                                                               const std::string& path) {
    auto bound = rpc::session::bind_address(loop.get_executor(), "unix://" + path, false, 0600,
                                            [](auto&&...) {});
    return bound;
}

bool is_refused(asio::io_context& loop, const std::string& path) {
    try {
        listen_at(loop, path).front()->close();
        return false;
    } catch (const rpc::error& refused) {
        CHECK(refused.code() == rpc::errc::invalid_address);
        return true;
    }
}

/// Whether somebody listens at a path.
bool is_listened_at(const std::string& path) {
    const test::raw_address address("unix://" + path);
    const test::raw_socket probe(::socket(AF_UNIX, SOCK_STREAM, 0));
    return ::connect(probe.descriptor(), address.data(), address.size()) == 0;
}

}  // namespace

TEST_CASE("sockets: what is opened and what is accepted is closed in children") {
    asio::io_context loop;
    asio::error_code failure;
    plain_acceptor listening(loop);
    const rpc::session::stream_endpoint here =
        asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0);
    rpc::session::open_socket(listening, rpc::session::protocol_of(here), failure);
    REQUIRE_FALSE(failure);
    CHECK(is_closed_in_children(listening.native_handle()));
    listening.native_non_blocking(true);
    listening.bind(here);
    listening.listen();

    rpc::session::stream_socket accepted(loop);
    rpc::session::accept_socket(listening, accepted, failure);
    CHECK(rpc::session::is_nobody(failure));
    CHECK_FALSE(accepted.is_open());

    rpc::session::stream_socket connecting(loop);
    rpc::session::open_socket(connecting, rpc::session::protocol_of(here), failure);
    REQUIRE_FALSE(failure);
    CHECK(is_closed_in_children(connecting.native_handle()));
    connecting.connect(listening.local_endpoint());
    rpc::session::accept_socket(listening, accepted, failure);
    REQUIRE_FALSE(failure);
    CHECK(is_closed_in_children(accepted.native_handle()));

    // They are streams to Asio, too: the end is told.
    connecting.close();
    char room[1];
    CHECK(accepted.read_some(asio::buffer(room), failure) == 0);
    CHECK(failure == asio::error::eof);
}

TEST_CASE("sockets: a listener whose queue is full is not taken for dead, nor waited for") {
    test::temporary_folder folder;
    const std::string path = folder.path("desk.sock");
    const foreign_listener busy(path, 0);
    const test::raw_address address("unix://" + path);
    std::vector<test::raw_socket> queued;
    int result = 0;
    while (result == 0) {
        queued.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
        result = ::connect(queued.back().descriptor(), address.data(), address.size());
    }
    REQUIRE(errno == EAGAIN);
    asio::io_context loop;
    auto refused = std::async(std::launch::async, [&] { return is_refused(loop, path); });
    if (refused.wait_for(test::patience) != std::future_status::ready) {
        queued.clear();
        FAIL_CHECK("it waits");
        const test::raw_socket taken(::accept(busy.socket.descriptor(), nullptr, nullptr));
    }
    CHECK(refused.get());
    CHECK(is_there(path));
}

TEST_CASE("sockets: who stops leaves the file of a successor alone") {
    test::temporary_folder folder;
    const std::string path = folder.path("desk.sock");
    asio::io_context loop;
    const auto first = listen_at(loop, path);
    ::unlink(path.c_str());
    const auto second = listen_at(loop, path);
    first.front()->close();
    CHECK(is_there(path));
    CHECK(is_listened_at(path));
    second.front()->close();
    CHECK_FALSE(is_there(path));
    CHECK_FALSE(is_there(path + ".lock"));
}

TEST_CASE("sockets: a child that was forked leaves its parent's file alone") {
    test::temporary_folder folder;
    const std::string path = folder.path("desk.sock");
    asio::io_context loop;
    const auto bound = listen_at(loop, path);
    const pid_t child = ::fork();
    if (child == 0) {
        bound.front()->close();
        ::_exit(0);
    }
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(is_there(path));
    CHECK(is_listened_at(path));
    bound.front()->close();
    CHECK_FALSE(is_there(path));
}

TEST_CASE("sockets: of those who start at once where a file was left, one listens") {
    test::temporary_folder folder;
    const std::string path = folder.path("desk.sock");
    for (int round = 0; round < 200; ++round) {
        leave_dead_socket(path);
        asio::io_context loop;
        std::atomic<int> waiting{2};
        const auto start = [&]() -> std::shared_ptr<rpc::session::acceptor> {
            for (--waiting; waiting != 0;) {
            }
            try {
                return listen_at(loop, path).front();
            } catch (const rpc::error&) {
                return nullptr;
            }
        };
        auto other = std::async(std::launch::async, start);
        const auto mine = start();
        const auto others = other.get();
        REQUIRE((mine == nullptr) != (others == nullptr));
        REQUIRE(is_listened_at(path));
        (mine ? mine : others)->close();
        REQUIRE_FALSE(is_there(path));
    }
    CHECK_FALSE(is_there(path + ".lock"));
}

TEST_CASE("sockets: nobody looks at a file while another one does") {
    test::temporary_folder folder;
    const std::string path = folder.path("desk.sock");
    const std::string lock = rpc::session::socket_file::lock_of(path);
    leave_dead_socket(path);
    asio::io_context loop;
    {
        const rpc::session::socket_file_lock held(lock);
        REQUIRE_FALSE(held.is_busy());
        const test::raw_socket second(::open(lock.c_str(), O_RDWR));
        CHECK(::flock(second.descriptor(), LOCK_EX | LOCK_NB) != 0);
        CHECK(is_refused(loop, path));
        CHECK(is_there(path));
        CHECK(is_there(lock));
    }
    CHECK_FALSE(is_there(lock));
    // One that was left by a process that was killed locks nothing.
    const test::raw_socket left(::open(lock.c_str(), O_RDWR | O_CREAT, 0600));
    listen_at(loop, path).front()->close();
    CHECK_FALSE(is_there(path));
    CHECK_FALSE(is_there(lock));
}
