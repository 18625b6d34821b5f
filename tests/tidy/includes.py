# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Which of the standard's headers a file includes and does not use.

A compiler's tool knows better and takes minutes; this knows names, of the headers that have few.
"""

import re

import source

# What is used of a header, behind `std::`. Headers that are not here are not looked at.
USED = {
    "algorithm": r"(?:ranges::)?(?:max|min|clamp|minmax|sort|stable_sort|find\w*|search|any_of"
                 r"|all_of|none_of|copy\w*|move|move_backward|fill\w*|count\w*|equal|lower_bound"
                 r"|upper_bound|equal_range|binary_search|rotate|reverse|unique|remove\w*"
                 r"|replace\w*"
                 r"|swap_ranges|transform|generate\w*|for_each\w*|\w*heap|partition\w*|partial_sort"
                 r"|nth_element"
                 r"|mismatch|adjacent_find|is_sorted\w*|shuffle|merge|includes|set_\w+|max_element"
                 r"|min_element|iter_swap"
                 r"|lexicographical_compare\w*|next_permutation)",
    "any": "any", "array": r"array|to_array", "atomic": r"atomic\w*|memory_order\w*",
    "bit": r"bit_\w+|has_single_bit|endian|count[lr]_\w+|popcount|rot[lr]|byteswap",
    "charconv": r"(?:to|from)_chars\w*|chars_format", "chrono": "chrono",
    "deque": "deque", "exception": r"\w*exception\w*|terminate|uncaught_exceptions",
    "functional": r"function|bind\w*|ref|cref|reference_wrapper|invoke\w*|hash|less|greater|plus"
                  r"|equal_to|not_fn|identity|mem_fn|less_equal|greater_equal|minus|not_equal_to"
                  r"|(?:ranges::)?less|move_only_function",
    "initializer_list": "initializer_list", "list": "list", "map": r"map|multimap",
    "mutex": r"\w*mutex|lock\w*|unique_lock|scoped_lock|once_flag|call_once|adopt_lock|defer_lock"
             r"|try_to_lock\w*",
    "condition_variable": r"condition_variable\w*|cv_status", "numeric": r"accumulate|iota|gcd|lcm"
    r"|reduce|inner_product|partial_sum|midpoint", "optional": r"optional|nullopt\w*|make_optional",
    "random": r"\w*(?:engine|distribution\w*|device)|mt19937\w*|minstd_rand\w*|seed_seq",
    "set": r"set|multiset", "source_location": "source_location", "span": r"span|as_bytes"
    r"|dynamic_extent", "sstream": r"\w*stringstream", "string_view": r"\w*string_view\b|literals",
    "system_error": r"\w*error\w*|errc", "thread": r"thread|jthread|this_thread",
    "tuple": r"tuple\w*|tie|apply|get|make_tuple|forward_as_tuple|ignore|make_from_tuple",
    "unordered_map": r"unordered_(?:multi)?map", "unordered_set": r"unordered_(?:multi)?set",
    "utility": r"move|forward\w*|exchange|pair|make_pair|swap|in_place\w*|as_const|declval|cmp_\w+"
               r"|in_range|integer_sequence|index_sequence\w*|make_(?:index|integer)_sequence"
               r"|move_if_noexcept|piecewise_construct\w*|tuple_\w+|get|to_underlying|unreachable"
               r"|rel_ops",
    "variant": r"variant\w*|monostate|visit|get\w*|holds_alternative|bad_variant_access",
    "vector": "vector", "memory": r"\w*_ptr\w*|\w*allocator\w*|make_(?:shared|unique)\w*|addressof"
    r"|destroy\w*|construct_at|uninitialized\w*|enable_shared_from_this|owner_less|align"
    r"|default_delete|to_address|assume_aligned|pointer_traits|static_pointer_cast",
}
INCLUDE = re.compile(r"^#include <(\w+)>", re.MULTILINE)


def unused(text):
    """Line and name of every include of the standard's that nothing in the file needs."""
    code = source.code_only(text)
    for match in INCLUDE.finditer(text):
        names = USED.get(match[1])
        if names and not re.search(rf"\bstd::(?:{names})\b|_literals\b|\boperator\s*\"\"", code):
            yield source.line_number(text, match.start()), match[1]


# What is being rebuilt: there they are only named.
LEFT_OUT = ("include/gatewire/error.hpp",
            "include/gatewire/protocol/", "include/gatewire/session/")


def is_left_out(name):
    return name.startswith(LEFT_OUT) or not name.startswith("include/")
