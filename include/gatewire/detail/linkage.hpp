// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_LINKAGE_HPP
#define GATEWIRE_DETAIL_LINKAGE_HPP

// Stands before the definition of a function that a header only declares. Sources that define
// GATEWIRE_SEPARATE_COMPILATION see the declaration alone, and the one source of their program that
// defines GATEWIRE_IMPLEMENTATION holds the definition; all others include it with the declaration.
#if defined(GATEWIRE_IMPLEMENTATION) && !defined(GATEWIRE_SEPARATE_COMPILATION)
#define GATEWIRE_SEPARATE_COMPILATION
#endif

#ifdef GATEWIRE_SEPARATE_COMPILATION
#define GATEWIRE_INLINE
#else
#define GATEWIRE_INLINE inline
#endif

// Stands before a function that runs a few times in a program's life, or only when something is
// refused: GCC makes it small and puts it out of the way.
#if defined(__GNUC__) && !defined(__clang__)
#define GATEWIRE_COLD [[gnu::cold]]
#else
#define GATEWIRE_COLD
#endif

#endif  // GATEWIRE_DETAIL_LINKAGE_HPP
