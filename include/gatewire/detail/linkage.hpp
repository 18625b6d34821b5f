// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_LINKAGE_HPP
#define GATEWIRE_DETAIL_LINKAGE_HPP

// Stands before the definition of a function that a header only declares. Programs that define
// GATEWIRE_SEPARATE_COMPILATION see the declaration alone, and gatewire/src.hpp, in one of their
// sources, holds the definition; all others include it with the declaration.
#ifdef GATEWIRE_SEPARATE_COMPILATION
#define GATEWIRE_INLINE
#else
#define GATEWIRE_INLINE inline
#endif

#endif  // GATEWIRE_DETAIL_LINKAGE_HPP
