// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_BLOCK_HPP
#define GATEWIRE_JSON_BLOCK_HPP

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Texts by more than a byte at a time: in words of 8 and blocks of 16. What the machine's own
// instructions do has a portable version beside it, which every build has and the tests compare.
namespace rpc::inline v1::codec {

inline constexpr std::uint64_t every_byte = 0x0101010101010101U;
inline constexpr std::uint64_t high_bits = 0x8080808080808080U;

/// Reverses the bytes of a word where the machine keeps its highest byte first.
constexpr std::uint64_t to_first_lowest(std::uint64_t word) noexcept {
    if constexpr (std::endian::native == std::endian::big) {
        word = (word & 0x00FF00FF00FF00FFU) << 8U | (word >> 8U & 0x00FF00FF00FF00FFU);
        word = (word & 0x0000FFFF0000FFFFU) << 16U | (word >> 16U & 0x0000FFFF0000FFFFU);
        word = word << 32U | word >> 32U;
    }
    return word;
}

/// Eight bytes of a text, the first in the lowest bits whatever the machine.
inline std::uint64_t load_word(const char* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return to_first_lowest(word);
}

inline void store_word(char* at, std::uint64_t word) noexcept {
    word = to_first_lowest(word);
    std::memcpy(at, &word, sizeof word);
}

/// `load_word` of fewer than 8 bytes; those behind are zero. Reads nothing but these.
inline std::uint64_t load_few(const char* at, std::size_t size) noexcept {
    const auto byte = [at](std::size_t index) {
        return std::uint64_t{static_cast<unsigned char>(at[index])} << (index * 8U);
    };
    if (size >= 4) {
        const auto half = [at](std::size_t index) {
            std::uint32_t word = 0;
            std::memcpy(&word, at + index, sizeof word);
            return std::endian::native == std::endian::big ? to_first_lowest(word) >> 32U
                                                           : std::uint64_t{word};
        };
        return half(0) | half(size - 4) << ((size - 4) * 8U);
    }
    return size == 0 ? 0 : byte(0) | byte(size / 2) | byte(size - 1);
}

/// Whether two texts are the same. Quick for those of 8 to 16 bytes, as most names are.
inline bool are_same(std::string_view left, std::string_view right) noexcept {
    const std::size_t size = left.size();
    if (size != right.size() || size - 8 > 8) {
        return left == right;
    }
    return ((load_word(left.data()) ^ load_word(right.data())) |
            (load_word(left.data() + size - 8) ^ load_word(right.data() + size - 8))) == 0;
}

/// Copies a text of `Half` to two times `Half` bytes.
template <class Half>
void copy_halves(char* at, const char* from, std::size_t size) noexcept {
    Half front{};
    Half back{};
    std::memcpy(&front, from, sizeof front);
    std::memcpy(&back, from + size - sizeof back, sizeof back);
    std::memcpy(at, &front, sizeof front);
    std::memcpy(at + size - sizeof back, &back, sizeof back);
}

/// Copies a text; gives where it ends then. Quick for those of 4 to 16 bytes.
inline char* copy_short(char* at, std::string_view text) noexcept {
    const std::size_t size = text.size();
    if (size - 8 <= 8) {
        copy_halves<std::uint64_t>(at, text.data(), size);
    } else if (size - 4 <= 4) {
        copy_halves<std::uint32_t>(at, text.data(), size);
    } else if (size != 0) {
        std::memcpy(at, text.data(), size);
    }
    return at + size;
}

/// `memcmp` for texts whose size is known when it is compiled in, without a branch per word; GCC 12
/// warns of an overread when it folds `memcmp` with a part of a constexpr array.
template <std::size_t Size>
bool same_bytes(const char* left, const char* right) noexcept {
    if constexpr (Size < 8) {
        return load_few(left, Size) == load_few(right, Size);
    } else {
        std::uint64_t difference = load_word(left + Size - 8) ^ load_word(right + Size - 8);
        for (std::size_t at = 0; at + 8 < Size; at += 8) {
            difference |= load_word(left + at) ^ load_word(right + at);
        }
        return difference == 0;
    }
}

/// High bits of the bytes that cannot stand for themselves in a JSON string, or are not ASCII. The
/// lowest one is exact, higher ones may be false alarms (the subtractions borrow).
constexpr std::uint64_t special_bytes(std::uint64_t word) noexcept {
    const std::uint64_t quote = word ^ (every_byte * '"');
    const std::uint64_t backslash = word ^ (every_byte * '\\');
    return ((quote - every_byte) | (backslash - every_byte) | (word - every_byte * 0x20) | word) &
           high_bits;
}

/// Whether a byte stands for itself in a JSON string and is ASCII.
constexpr bool is_plain(char character) noexcept {
    const auto byte = static_cast<unsigned char>(character);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/// How many bytes a block has.
inline constexpr std::ptrdiff_t block_size = 16;

/// One bit for each of 16 bytes of a text.
struct block_masks {
    std::uint32_t quotes = 0;
    std::uint32_t backslashes = 0;
    std::uint32_t opening = 0;
    std::uint32_t closing = 0;
};

inline block_masks mask_block_portably(const char* at) noexcept {
    block_masks masks;
    for (unsigned index = 0; index != block_size; ++index) {
        const char folded = static_cast<char>(at[index] | 0x20);  // '[' and '{', ']' and '}'
        masks.quotes |= std::uint32_t{at[index] == '"'} << index;
        masks.backslashes |= std::uint32_t{at[index] == '\\'} << index;
        masks.opening |= std::uint32_t{folded == '{'} << index;
        masks.closing |= std::uint32_t{folded == '}'} << index;
    }
    return masks;
}

/// The bytes of a block that cannot stand for themselves in a JSON string, or are not ASCII. Only
/// the lowest bit is exact.
inline std::uint32_t special_in_block_portably(const char* at) noexcept {
    std::uint64_t special = special_bytes(load_word(at));
    const unsigned first = special != 0 ? 0 : 8;
    special = special != 0 ? special : special_bytes(load_word(at + 8));
    return special == 0 ? 0 : 1U << (first + static_cast<unsigned>(std::countr_zero(special)) / 8);
}

inline bool are_special_portably(std::uint64_t left, std::uint64_t right) noexcept {
    return (special_bytes(left) | special_bytes(right)) != 0;
}

/// Whether a number of at most 16 bits has an odd number of them set.
constexpr bool is_odd_mask(std::uint32_t mask) noexcept {
    mask ^= mask >> 8U;
    mask ^= mask >> 4U;
    return (0x6996U >> (mask & 15U) & 1U) != 0;
}

/// How many bytes `skip_quiet` looks at together.
inline constexpr std::ptrdiff_t span_size = 64;

/// Moves over whole spans in which there is neither a bracket nor a backslash, only quotes: says
/// with `inside` whether a string is open.
inline const char* skip_quiet_portably(const char* at, const char* end, bool& inside) noexcept {
    for (; end - at >= span_size; at += span_size) {
        std::uint32_t loud = 0;
        std::uint32_t quotes = 0;
        for (std::ptrdiff_t block = 0; block != span_size; block += block_size) {
            const block_masks masks = mask_block_portably(at + block);
            loud |= masks.backslashes | masks.opening | masks.closing;
            quotes ^= masks.quotes;
        }
        if (loud != 0) {
            break;
        }
        inside = inside != is_odd_mask(quotes);
    }
    return at;
}

#if defined(__SSE2__)

inline __m128i load_block(const char* at) noexcept {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

/// Which bytes are this one.
inline __m128i bytes_equal(__m128i block, char byte) noexcept {
    return _mm_cmpeq_epi8(block, _mm_set1_epi8(byte));
}

inline std::uint32_t mask_of(__m128i block) noexcept {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(block));
}

inline block_masks mask_block(const char* at) noexcept {
    const __m128i bytes = load_block(at);
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    return {mask_of(bytes_equal(bytes, '"')), mask_of(bytes_equal(bytes, '\\')),
            mask_of(bytes_equal(folded, '{')), mask_of(bytes_equal(folded, '}'))};
}

/// Stops at a span that has a '|', too: it is between the brackets.
inline const char* skip_quiet(const char* at, const char* end, bool& inside) noexcept {
    const auto distance = [](__m128i block) {  // of '[' and '{' on: 0 to 2 are the loud ones
        return _mm_sub_epi8(_mm_or_si128(block, _mm_set1_epi8(0x20)), _mm_set1_epi8('{'));
    };
    __m128i quotes = _mm_setzero_si128();
    for (; end - at >= span_size; at += span_size) {
        const __m128i first = load_block(at);
        const __m128i second = load_block(at + 16);
        const __m128i third = load_block(at + 32);
        const __m128i fourth = load_block(at + 48);
        const __m128i nearest = _mm_min_epu8(_mm_min_epu8(distance(first), distance(second)),
                                             _mm_min_epu8(distance(third), distance(fourth)));
        if (mask_of(_mm_cmpeq_epi8(_mm_min_epu8(nearest, _mm_set1_epi8(2)), nearest)) != 0) {
            break;
        }
        const __m128i front = _mm_xor_si128(bytes_equal(first, '"'), bytes_equal(second, '"'));
        const __m128i back = _mm_xor_si128(bytes_equal(third, '"'), bytes_equal(fourth, '"'));
        quotes = _mm_xor_si128(quotes, _mm_xor_si128(front, back));
    }
    inside = inside != is_odd_mask(mask_of(quotes));
    return at;
}

inline std::uint32_t special_in_block(__m128i bytes) noexcept {
    // Compared as signed, everything over 0x7F is below 0x20, too.
    const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    return mask_of(
        _mm_or_si128(low, _mm_or_si128(bytes_equal(bytes, '"'), bytes_equal(bytes, '\\'))));
}

inline std::uint32_t special_in_block(const char* at) noexcept {
    return special_in_block(load_block(at));
}

/// Whether some byte of two words cannot stand for itself in a JSON string, or is not ASCII.
inline bool are_special(std::uint64_t left, std::uint64_t right) noexcept {
    return special_in_block(
               _mm_set_epi64x(static_cast<long long>(right), static_cast<long long>(left))) != 0;
}

#else

inline block_masks mask_block(const char* at) noexcept {
    return mask_block_portably(at);
}

inline const char* skip_quiet(const char* at, const char* end, bool& inside) noexcept {
    return skip_quiet_portably(at, end, inside);
}

inline std::uint32_t special_in_block(const char* at) noexcept {
    return special_in_block_portably(at);
}

inline bool are_special(std::uint64_t left, std::uint64_t right) noexcept {
    return are_special_portably(left, right);
}

#endif

/// `special_in_block` for fewer than 16 bytes, of which nothing behind is looked at: the byte there
/// is special, too.
inline std::uint32_t special_in_few(const char* at, std::size_t size) noexcept {
    const std::uint64_t front = size < 8 ? load_few(at, size) : load_word(at);
    const std::uint64_t back = size <= 8 ? 0 : load_word(at + size - 8) >> ((16 - size) * 8U);
#if defined(__SSE2__)
    return special_in_block(
        _mm_set_epi64x(static_cast<long long>(back), static_cast<long long>(front)));
#else
    char block[block_size];
    store_word(block, front);
    store_word(block + 8, back);
    return special_in_block(block);
#endif
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_BLOCK_HPP
