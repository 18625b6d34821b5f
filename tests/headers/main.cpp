// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the headers form one program. Method: two other sources of it include each.
int main() {}
