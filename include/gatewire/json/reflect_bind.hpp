// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_REFLECT_BIND_HPP
#define GATEWIRE_JSON_REFLECT_BIND_HPP

#include <cstddef>

namespace rpc::inline v1::codec {

inline constexpr std::size_t members_max = 64;

/// Never defined: whether it can be called says whether references to members can be made. There
/// are none to bit-fields, and with GCC none to packed members.
void refer_to(auto&... member);

/// Calls `visit` with the `Count` members of an aggregate; does nothing where one cannot be
/// referred to. One specialisation per count, because C++20 has no structured binding that
/// introduces a pack.
template <std::size_t Count>
struct member_binder;

template <>
struct member_binder<0> {
    static constexpr decltype(auto) apply(auto&, auto& visit) { return visit(); }
};

// The specialisation for so many members, given names for them. No macro outlives this header.
#define GATEWIRE_BIND(count, ...)                                         \
    template <>                                                           \
    struct member_binder<count> {                                         \
        static constexpr decltype(auto) apply(auto& value, auto& visit) { \
            auto& [__VA_ARGS__] = value;                                  \
            if constexpr (requires { refer_to(__VA_ARGS__); }) {          \
                return visit(__VA_ARGS__);                                \
            }                                                             \
        }                                                                 \
    };

// clang-format off
// So many rows of eight names.
#define GATEWIRE_ROWS_1 a0, a1, a2, a3, a4, a5, a6, a7
#define GATEWIRE_ROWS_2 GATEWIRE_ROWS_1, b0, b1, b2, b3, b4, b5, b6, b7
#define GATEWIRE_ROWS_3 GATEWIRE_ROWS_2, c0, c1, c2, c3, c4, c5, c6, c7
#define GATEWIRE_ROWS_4 GATEWIRE_ROWS_3, d0, d1, d2, d3, d4, d5, d6, d7
#define GATEWIRE_ROWS_5 GATEWIRE_ROWS_4, e0, e1, e2, e3, e4, e5, e6, e7
#define GATEWIRE_ROWS_6 GATEWIRE_ROWS_5, f0, f1, f2, f3, f4, f5, f6, f7
#define GATEWIRE_ROWS_7 GATEWIRE_ROWS_6, g0, g1, g2, g3, g4, g5, g6, g7

GATEWIRE_BIND(1, a0)
GATEWIRE_BIND(2, a0, a1)
GATEWIRE_BIND(3, a0, a1, a2)
GATEWIRE_BIND(4, a0, a1, a2, a3)
GATEWIRE_BIND(5, a0, a1, a2, a3, a4)
GATEWIRE_BIND(6, a0, a1, a2, a3, a4, a5)
GATEWIRE_BIND(7, a0, a1, a2, a3, a4, a5, a6)
GATEWIRE_BIND(8, a0, a1, a2, a3, a4, a5, a6, a7)
GATEWIRE_BIND(9, GATEWIRE_ROWS_1, b0)
GATEWIRE_BIND(10, GATEWIRE_ROWS_1, b0, b1)
GATEWIRE_BIND(11, GATEWIRE_ROWS_1, b0, b1, b2)
GATEWIRE_BIND(12, GATEWIRE_ROWS_1, b0, b1, b2, b3)
GATEWIRE_BIND(13, GATEWIRE_ROWS_1, b0, b1, b2, b3, b4)
GATEWIRE_BIND(14, GATEWIRE_ROWS_1, b0, b1, b2, b3, b4, b5)
GATEWIRE_BIND(15, GATEWIRE_ROWS_1, b0, b1, b2, b3, b4, b5, b6)
GATEWIRE_BIND(16, GATEWIRE_ROWS_1, b0, b1, b2, b3, b4, b5, b6, b7)
GATEWIRE_BIND(17, GATEWIRE_ROWS_2, c0)
GATEWIRE_BIND(18, GATEWIRE_ROWS_2, c0, c1)
GATEWIRE_BIND(19, GATEWIRE_ROWS_2, c0, c1, c2)
GATEWIRE_BIND(20, GATEWIRE_ROWS_2, c0, c1, c2, c3)
GATEWIRE_BIND(21, GATEWIRE_ROWS_2, c0, c1, c2, c3, c4)
GATEWIRE_BIND(22, GATEWIRE_ROWS_2, c0, c1, c2, c3, c4, c5)
GATEWIRE_BIND(23, GATEWIRE_ROWS_2, c0, c1, c2, c3, c4, c5, c6)
GATEWIRE_BIND(24, GATEWIRE_ROWS_2, c0, c1, c2, c3, c4, c5, c6, c7)
GATEWIRE_BIND(25, GATEWIRE_ROWS_3, d0)
GATEWIRE_BIND(26, GATEWIRE_ROWS_3, d0, d1)
GATEWIRE_BIND(27, GATEWIRE_ROWS_3, d0, d1, d2)
GATEWIRE_BIND(28, GATEWIRE_ROWS_3, d0, d1, d2, d3)
GATEWIRE_BIND(29, GATEWIRE_ROWS_3, d0, d1, d2, d3, d4)
GATEWIRE_BIND(30, GATEWIRE_ROWS_3, d0, d1, d2, d3, d4, d5)
GATEWIRE_BIND(31, GATEWIRE_ROWS_3, d0, d1, d2, d3, d4, d5, d6)
GATEWIRE_BIND(32, GATEWIRE_ROWS_3, d0, d1, d2, d3, d4, d5, d6, d7)
GATEWIRE_BIND(33, GATEWIRE_ROWS_4, e0)
GATEWIRE_BIND(34, GATEWIRE_ROWS_4, e0, e1)
GATEWIRE_BIND(35, GATEWIRE_ROWS_4, e0, e1, e2)
GATEWIRE_BIND(36, GATEWIRE_ROWS_4, e0, e1, e2, e3)
GATEWIRE_BIND(37, GATEWIRE_ROWS_4, e0, e1, e2, e3, e4)
GATEWIRE_BIND(38, GATEWIRE_ROWS_4, e0, e1, e2, e3, e4, e5)
GATEWIRE_BIND(39, GATEWIRE_ROWS_4, e0, e1, e2, e3, e4, e5, e6)
GATEWIRE_BIND(40, GATEWIRE_ROWS_4, e0, e1, e2, e3, e4, e5, e6, e7)
GATEWIRE_BIND(41, GATEWIRE_ROWS_5, f0)
GATEWIRE_BIND(42, GATEWIRE_ROWS_5, f0, f1)
GATEWIRE_BIND(43, GATEWIRE_ROWS_5, f0, f1, f2)
GATEWIRE_BIND(44, GATEWIRE_ROWS_5, f0, f1, f2, f3)
GATEWIRE_BIND(45, GATEWIRE_ROWS_5, f0, f1, f2, f3, f4)
GATEWIRE_BIND(46, GATEWIRE_ROWS_5, f0, f1, f2, f3, f4, f5)
GATEWIRE_BIND(47, GATEWIRE_ROWS_5, f0, f1, f2, f3, f4, f5, f6)
GATEWIRE_BIND(48, GATEWIRE_ROWS_5, f0, f1, f2, f3, f4, f5, f6, f7)
GATEWIRE_BIND(49, GATEWIRE_ROWS_6, g0)
GATEWIRE_BIND(50, GATEWIRE_ROWS_6, g0, g1)
GATEWIRE_BIND(51, GATEWIRE_ROWS_6, g0, g1, g2)
GATEWIRE_BIND(52, GATEWIRE_ROWS_6, g0, g1, g2, g3)
GATEWIRE_BIND(53, GATEWIRE_ROWS_6, g0, g1, g2, g3, g4)
GATEWIRE_BIND(54, GATEWIRE_ROWS_6, g0, g1, g2, g3, g4, g5)
GATEWIRE_BIND(55, GATEWIRE_ROWS_6, g0, g1, g2, g3, g4, g5, g6)
GATEWIRE_BIND(56, GATEWIRE_ROWS_6, g0, g1, g2, g3, g4, g5, g6, g7)
GATEWIRE_BIND(57, GATEWIRE_ROWS_7, h0)
GATEWIRE_BIND(58, GATEWIRE_ROWS_7, h0, h1)
GATEWIRE_BIND(59, GATEWIRE_ROWS_7, h0, h1, h2)
GATEWIRE_BIND(60, GATEWIRE_ROWS_7, h0, h1, h2, h3)
GATEWIRE_BIND(61, GATEWIRE_ROWS_7, h0, h1, h2, h3, h4)
GATEWIRE_BIND(62, GATEWIRE_ROWS_7, h0, h1, h2, h3, h4, h5)
GATEWIRE_BIND(63, GATEWIRE_ROWS_7, h0, h1, h2, h3, h4, h5, h6)
GATEWIRE_BIND(64, GATEWIRE_ROWS_7, h0, h1, h2, h3, h4, h5, h6, h7)
// clang-format on

#undef GATEWIRE_ROWS_1
#undef GATEWIRE_ROWS_2
#undef GATEWIRE_ROWS_3
#undef GATEWIRE_ROWS_4
#undef GATEWIRE_ROWS_5
#undef GATEWIRE_ROWS_6
#undef GATEWIRE_ROWS_7
#undef GATEWIRE_BIND

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_REFLECT_BIND_HPP
