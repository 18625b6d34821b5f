# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""The build backend of this folder (PEP 517 and 660), with nothing but the standard library, so
that `pip install` of it works on machines without a network. The hooks are the last three
functions."""

import base64
import hashlib
import io
import json
import pathlib
import re
import tarfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
TIME = (1980, 1, 1, 0, 0, 0)  # The same files make the same package.


def _read(name):
    return (HERE / name).read_text(encoding="utf-8")


def _tables():
    """What pyproject.toml has in its tables: texts and lists of texts, which are JSON as well."""
    tables, table = {}, {}
    for line in _read("pyproject.toml").splitlines():
        heading, entry = re.fullmatch(r"\[(.+)\]", line), re.fullmatch(r"([\w-]+) = (.+)", line)
        if heading:
            table = tables.setdefault(heading[1], {})
        elif entry:
            table[entry[1]] = json.loads(entry[2])
    return tables


def _name():
    version = re.search(r'^__version__ = "(.+)"$', _read("gatewire/version.py"), re.MULTILINE)
    return _tables()["project"]["name"], version[1]


def _metadata():
    tables, (name, version) = _tables(), _name()
    project = tables["project"]
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}",
             f"Summary: {project['description']}", f"Requires-Python: {project['requires-python']}"]
    lines += [f"Classifier: {each}" for each in project["classifiers"]]
    for extra, needed in tables["project.optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {each}; extra == "{extra}"' for each in needed]
    lines.append("Description-Content-Type: text/markdown")
    return "\n".join([*lines, "", _read(project["readme"])])


def _package():
    """The files of the package by their names."""
    files = sorted([*(HERE / "gatewire").glob("*.py"), HERE / "gatewire" / "py.typed"])
    return {f"gatewire/{file.name}": file.read_bytes() for file in files}


def _write_wheel(folder, files):
    name, version = _name()
    info = f"{name}-{version}.dist-info"
    scripts = [f"{key} = {value}" for key, value in _tables()["project.scripts"].items()]
    files = {**files, f"{info}/METADATA": _metadata().encode(),
             f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: gatewire\nRoot-Is-Purelib: true\n"
                              b"Tag: py3-none-any\n",
             f"{info}/entry_points.txt": "\n".join(["[console_scripts]", *scripts, ""]).encode()}
    record = ""
    for file, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        record += f"{file},sha256={digest},{len(data)}\n"
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, wheel), "w") as archive:
        for file, data in files.items():
            entry = zipfile.ZipInfo(file, TIME)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """@return The file's name."""
    return _write_wheel(wheel_directory, _package())


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    """@return The file's name; what it installs refers to this folder."""
    return _write_wheel(wheel_directory, {"gatewire.pth": f"{HERE}\n".encode()})


def build_sdist(sdist_directory, config_settings=None):
    """@return The file's name."""
    base = "-".join(_name())
    files = {**_package(), "PKG-INFO": _metadata().encode(),
             **{name: (HERE / name).read_bytes()
                for name in ("pyproject.toml", "packing.py", "README.md", "vnpy.md")}}
    with tarfile.open(pathlib.Path(sdist_directory, f"{base}.tar.gz"), "w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"{base}/{name}")
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
    return f"{base}.tar.gz"
