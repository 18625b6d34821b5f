# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Facts without which the figures mean nothing."""

import os
import pathlib
import platform
import re
import subprocess

ROOT = pathlib.Path(__file__).parents[2]


def read(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def first_line(command):
    try:
        output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return output.splitlines()[0] if output else "unknown"


def defined(compiler, header, *macros):
    """What a header of this machine defines the macros as."""
    lines = "".join(f"@{macro}\n" for macro in macros)
    result = subprocess.run([compiler, "-std=c++20", "-DASIO_STANDALONE", "-I",
                             str(ROOT / "include"), "-E", "-P", "-x", "c++", "-"],
                            input=f"#include <{header}>\n{lines}", stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True, check=False)
    return re.findall(r"^@(\S+)$", result.stdout, re.MULTILINE)


def version_of(numbers):
    return ".".join(numbers) or "unknown"


def facts(programs, compiler):
    cache = read(programs.parent / "CMakeCache.txt")
    def cached(name):
        return "".join(re.findall(rf"^{name}:\w+=(.*)$", cache, re.MULTILINE))
    kind = cached("CMAKE_BUILD_TYPE")
    model = re.search(r"^model name\s*: (.*)$", read("/proc/cpuinfo"), re.MULTILINE)
    asio = defined(compiler, "asio/version.hpp", "ASIO_VERSION")
    number = int(asio[0]) if asio and asio[0].isdigit() else 0
    return {
        "cpu": model[1] if model else "unknown",
        "cores": len(os.sched_getaffinity(0)),
        "governor": read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") or "unknown",
        "kernel": platform.release(),
        "load_before": os.getloadavg(),
        "compiler": first_line([compiler, "--version"]),
        "flags": f"{cached('CMAKE_CXX_FLAGS')} {cached('CMAKE_CXX_FLAGS_' + kind.upper())}".strip(),
        "gatewire": version_of(defined(compiler, "gatewire/version.hpp", *(
            f"GATEWIRE_VERSION_{part}" for part in ("MAJOR", "MINOR", "PATCH")))),
        "commit": first_line(["git", "-C", str(ROOT), "rev-parse", "HEAD"]),
        "asio": f"{number // 100000}.{number // 100 % 1000}.{number % 100}",
        "nlohmann_json": version_of(defined(compiler, "nlohmann/json.hpp", *(
            f"NLOHMANN_JSON_VERSION_{part}" for part in ("MAJOR", "MINOR", "PATCH")))),
    }
