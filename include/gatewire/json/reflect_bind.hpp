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

template <> struct member_binder<0> {
    static constexpr decltype(auto) apply(auto&, auto& visit) {
        return visit();
    }
};

template <> struct member_binder<1> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0] = value;
        if constexpr (requires { refer_to(m0); }) {
            return visit(m0);
        }
    }
};
template <> struct member_binder<2> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1] = value;
        if constexpr (requires { refer_to(m0, m1); }) {
            return visit(m0, m1);
        }
    }
};
template <> struct member_binder<3> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2] = value;
        if constexpr (requires { refer_to(m0, m1, m2); }) {
            return visit(m0, m1, m2);
        }
    }
};
template <> struct member_binder<4> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3); }) {
            return visit(m0, m1, m2, m3);
        }
    }
};
template <> struct member_binder<5> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4); }) {
            return visit(m0, m1, m2, m3, m4);
        }
    }
};
template <> struct member_binder<6> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5); }) {
            return visit(m0, m1, m2, m3, m4, m5);
        }
    }
};
template <> struct member_binder<7> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6);
        }
    }
};
template <> struct member_binder<8> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7);
        }
    }
};
template <> struct member_binder<9> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8);
        }
    }
};
template <> struct member_binder<10> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9);
        }
    }
};
template <> struct member_binder<11> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10);
        }
    }
};
template <> struct member_binder<12> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11);
        }
    }
};
template <> struct member_binder<13> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11,
                                          m12); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12);
        }
    }
};
template <> struct member_binder<14> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13);
        }
    }
};
template <> struct member_binder<15> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14);
        }
    }
};
template <> struct member_binder<16> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15);
        }
    }
};
template <> struct member_binder<17> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16);
        }
    }
};
template <> struct member_binder<18> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
               m17] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17);
        }
    }
};
template <> struct member_binder<19> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17,
               m18] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18);
        }
    }
};
template <> struct member_binder<20> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19);
        }
    }
};
template <> struct member_binder<21> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20);
        }
    }
};
template <> struct member_binder<22> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21);
        }
    }
};
template <> struct member_binder<23> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22);
        }
    }
};
template <> struct member_binder<24> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
                                          m23); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23);
        }
    }
};
template <> struct member_binder<25> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24);
        }
    }
};
template <> struct member_binder<26> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25);
        }
    }
};
template <> struct member_binder<27> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26);
        }
    }
};
template <> struct member_binder<28> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27);
        }
    }
};
template <> struct member_binder<29> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28);
        }
    }
};
template <> struct member_binder<30> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29);
        }
    }
};
template <> struct member_binder<31> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30);
        }
    }
};
template <> struct member_binder<32> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31);
        }
    }
};
template <> struct member_binder<33> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32);
        }
    }
};
template <> struct member_binder<34> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33);
        }
    }
};
template <> struct member_binder<35> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33,
               m34] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33,
                                          m34); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34);
        }
    }
};
template <> struct member_binder<36> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
               m35] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35);
        }
    }
};
template <> struct member_binder<37> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36);
        }
    }
};
template <> struct member_binder<38> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37);
        }
    }
};
template <> struct member_binder<39> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38);
        }
    }
};
template <> struct member_binder<40> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39);
        }
    }
};
template <> struct member_binder<41> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40);
        }
    }
};
template <> struct member_binder<42> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41);
        }
    }
};
template <> struct member_binder<43> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42);
        }
    }
};
template <> struct member_binder<44> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43);
        }
    }
};
template <> struct member_binder<45> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44);
        }
    }
};
template <> struct member_binder<46> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44,
                                          m45); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45);
        }
    }
};
template <> struct member_binder<47> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46);
        }
    }
};
template <> struct member_binder<48> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47);
        }
    }
};
template <> struct member_binder<49> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48);
        }
    }
};
template <> struct member_binder<50> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49);
        }
    }
};
template <> struct member_binder<51> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50);
        }
    }
};
template <> struct member_binder<52> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50,
               m51] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51);
        }
    }
};
template <> struct member_binder<53> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51,
               m52] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52);
        }
    }
};
template <> struct member_binder<54> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53);
        }
    }
};
template <> struct member_binder<55> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53, m54] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53, m54); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53, m54);
        }
    }
};
template <> struct member_binder<56> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53, m54, m55] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53, m54, m55); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53, m54, m55);
        }
    }
};
template <> struct member_binder<57> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53, m54, m55, m56] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53, m54, m55,
                                          m56); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53, m54, m55, m56);
        }
    }
};
template <> struct member_binder<58> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53, m54, m55, m56, m57] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                                          m57); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57);
        }
    }
};
template <> struct member_binder<59> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53, m54, m55, m56, m57, m58] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                                          m57, m58); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58);
        }
    }
};
template <> struct member_binder<60> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53, m54, m55, m56, m57, m58, m59] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                                          m57, m58, m59); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59);
        }
    }
};
template <> struct member_binder<61> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53, m54, m55, m56, m57, m58, m59, m60] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                                          m57, m58, m59, m60); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60);
        }
    }
};
template <> struct member_binder<62> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53, m54, m55, m56, m57, m58, m59, m60, m61] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                                          m57, m58, m59, m60, m61); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61);
        }
    }
};
template <> struct member_binder<63> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53, m54, m55, m56, m57, m58, m59, m60, m61, m62] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                                          m57, m58, m59, m60, m61, m62); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61,
                         m62);
        }
    }
};
template <> struct member_binder<64> {
    static constexpr decltype(auto) apply(auto& value, auto& visit) {
        auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
               m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35,
               m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
               m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63] = value;
        if constexpr (requires { refer_to(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12,
                                          m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
                                          m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
                                          m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
                                          m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56,
                                          m57, m58, m59, m60, m61, m62, m63); }) {
            return visit(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31,
                         m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
                         m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61,
                         m62, m63);
        }
    }
};

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_REFLECT_BIND_HPP
