// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the headers form one program. Method: every other source of it includes one header.
int main() {}
