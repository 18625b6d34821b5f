// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Whatever goes wrong arrives as one type, rpc::error: what happened, the engine's own code and
// data, and what the failed call may have done.

#include "prove.hpp"

#include <gatewire/rpc.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <stdexcept>
#include <string>

//[engine_errors
class account {
public:
    double withdraw(double amount) {
        if (amount > balance_) {
            throw rpc::error{1001, "not enough money", {{"balance", balance_}}};
        }
        return balance_ -= amount;
    }

    int parse(const std::string& text) { return std::stoi(text); }  // Throws std::exceptions.
    //]

    void close() { throw rpc::error{rpc::errc::forbidden, "for the owner only"}; }

    using rpc_table =
        rpc::table<rpc::method<"withdraw", &account::withdraw>,
                   rpc::method<"parse", &account::parse>, rpc::method<"close", &account::close>>;

private:
    double balance_ = 100;
};

// A client that was built against another version of the server.
struct stranger {
    using rpc_table = rpc::table<rpc::remote<"withdraw", double(std::string)>,
                                 rpc::remote<"parse", int(nlohmann::json)>,
                                 rpc::remote<"deposit", double(double)>>;
};

// Runs a call that must fail, and prints how it did.
template <class Call>
rpc::error failure_of(const char* what, Call&& call) {
    try {
        call();
    } catch (const rpc::error& failure) {
        std::cout << what << ": " << failure.code().message() << " (" << failure.peer_code()
                  << "), " << to_string(failure.outcome()) << ": " << failure.message();
        if (!failure.data().is_null()) {
            std::cout << ' ' << failure.data();
        }
        std::cout << '\n';
        return failure;
    }
    prove(false, std::string(what) + " fails");
    std::abort();
}

int main() {
    rpc::io_thread io;
    account a;
    rpc::server<account> server{io.get_executor(), a, {.listen = {"tcp://127.0.0.1:0"}}};
    server.start();
    const rpc::client_options options{.address = server.addresses().front()};
    rpc::client<account> client{io.get_executor(), options};
    client.start();

    const auto poor = failure_of("withdraw", [&] { client.call<"withdraw">(500.0); });
    prove(poor.peer_code() == 1001 && poor.data().at("balance") == 100.0 &&
              poor.outcome() == rpc::outcome::failed,
          "an engine chooses code, message and data");

    const auto threw = failure_of("parse", [&] { client.call<"parse">("twelve"); });
    prove(threw.code() == rpc::errc::engine_error && threw.peer_code() == -32000,
          "any other exception arrives with its what()");

    const auto denied = failure_of("close", [&] { client.call<"close">(); });
    prove(denied.code() == rpc::errc::forbidden, "an engine can use the library's own codes");

    rpc::client<stranger> other{io.get_executor(), options};
    other.start();
    const auto misfit = failure_of("withdraw(text)", [&] { other.call<"withdraw">("all"); });
    prove(misfit.code() == rpc::errc::contract_mismatch, "a wrong contract is found before a call");
    const auto wrong = failure_of("parse(12)", [&] { other.call<"parse">(nlohmann::json(12)); });
    prove(wrong.code() == rpc::errc::invalid_params, "any JSON fits, until it is looked at");
    const auto unknown = failure_of("deposit", [&] { other.call<"deposit">(1.0); });
    prove(unknown.code() == rpc::errc::method_not_found, "a method that is not there is an error");

    server.stop();
    const rpc::timeout brief{std::chrono::milliseconds{200}};
    rpc::client<account> late{io.get_executor(), options};
    late.start();
    const auto gone = failure_of("server stopped", [&] { late.call<"withdraw">(brief, 1.0); });
    prove(gone.outcome() == rpc::outcome::not_sent, "a call that never left is safe to repeat");
}
