// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: programs that this process starts inherit no socket of the library: neither one of those
// that are open, nor one that is opened while another thread starts a program.
// Method: the functions that make sockets are replaced here, to see what they are asked for; every
// descriptor of the process is looked at while all kinds of sockets are open; a child lists its
// own.

#include <gatewire/fault_proxy.hpp>
#include <gatewire/rpc.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

std::atomic<int> made{0};
std::atomic<int> accepted{0};
std::atomic<int> inherited{0};

}  // namespace

extern "C" int socket(int domain, int type, int protocol) noexcept {
    ++made;
    inherited += (type & SOCK_CLOEXEC) == 0 ? 1 : 0;
    return static_cast<int>(::syscall(SYS_socket, domain, type, protocol));
}

extern "C" int accept4(int listening, sockaddr* peer, socklen_t* size, int flags) {
    const int result = static_cast<int>(::syscall(SYS_accept4, listening, peer, size, flags));
    accepted += result >= 0 ? 1 : 0;
    inherited += (flags & SOCK_CLOEXEC) == 0 ? 1 : 0;
    return result;
}

extern "C" int accept(int listening, sockaddr* peer, socklen_t* size) {
    return accept4(listening, peer, size, 0);
}

namespace {

struct desk {
    int add(int left, int right) { return left + right; }
    using rpc_table = rpc::table<rpc::method<"add", &desk::add>>;
};

int failures = 0;

void check(bool holds, const std::string& what) {
    if (!holds) {
        std::printf("not so: %s\n", what.c_str());
        ++failures;
    }
}

std::string target_of(const std::string& link) {
    char text[256] = {};
    const ssize_t size = ::readlink(link.c_str(), text, sizeof text - 1);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

/// The sockets of this process as the system names them, and whether a child would have them.
std::vector<std::pair<std::string, bool>> own_sockets() {
    std::vector<std::pair<std::string, bool>> found;
    DIR* const folder = ::opendir("/proc/self/fd");
    while (const dirent* const entry = ::readdir(folder)) {
        const std::string target = target_of(std::string("/proc/self/fd/") + entry->d_name);
        if (target.starts_with("socket:")) {
            const int flags = ::fcntl(std::atoi(entry->d_name), F_GETFD);
            found.emplace_back(target, (flags & FD_CLOEXEC) == 0);
        }
    }
    ::closedir(folder);
    return found;
}

/// What a program that is started here has open.
std::string descriptors_of_child() {
    std::string text;
    FILE* const child = ::popen("ls -l /proc/self/fd", "r");
    char part[4096];
    while (const std::size_t size = std::fread(part, 1, sizeof part, child)) {
        text.append(part, size);
    }
    ::pclose(child);
    return text;
}

}  // namespace

int main() {
    const auto before = own_sockets();  // whoever runs this may have given it some
    char folder[] = "/tmp/gatewire-descriptors-XXXXXX";
    check(::mkdtemp(folder) != nullptr, "there is a folder for the socket");
    {
        rpc::io_thread io;
        desk engine;
        rpc::server_options options;
        options.listen = {"tcp://127.0.0.1:0", std::string("unix://") + folder + "/desk.sock"};
        rpc::server<desk> server(io.get_executor(), engine, options);
        server.start();
        server.stop();
        server.start();
        rpc::testing::fault_proxy proxy(server.addresses().front());
        std::vector<std::string> addresses = server.addresses();
        addresses.push_back(proxy.address());
        addresses.push_back("tcp://localhost" +
                            addresses.front().substr(addresses.front().rfind(':')));
        std::vector<std::unique_ptr<rpc::client<desk>>> clients;
        for (const std::string& address : addresses) {
            rpc::client_options where;
            where.address = address;
            clients.push_back(std::make_unique<rpc::client<desk>>(io.get_executor(), where));
            clients.back()->start();
            check(clients.back()->call<"add">(1, 2) == 3, "a call through " + address);
        }

        const auto open = own_sockets();
        // Two that listen and the proxy's; two ends of each connection, and two more of the
        // proxy's.
        check(open.size() == before.size() + 3 + 4 * 2 + 2, "all kinds of sockets are open");
        const std::string of_child = descriptors_of_child();
        check(of_child.find("/proc/") != std::string::npos, "the child told what it has open");
        for (const auto& [name, is_inherited] : open) {
            bool is_own = true;
            for (const auto& [other, ignored] : before) {
                is_own = is_own && other != name;
            }
            check(!is_own || !is_inherited, name + " is closed in children");
            check(!is_own || of_child.find(name) == std::string::npos, "no child has " + name);
        }
        check(made > 0 && accepted == 5, "the functions that make sockets were seen");
        check(inherited == 0, "each socket is closed in children from its beginning on");
    }
    ::rmdir(folder);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
