"""Makes libraries part of the package `nasiko_telemetry`, so that an agent never meets them, nor they its own.

    python vendor.py <where pip has installed them> <folder nasiko_telemetry>

All of OpenTelemetry is one namespace, whose parts go together in one version only: an agent that brings any part of it
in another version would be served with a mixture. So what imports one of them imports it under its new name. pip does
the same with its own libraries.
"""

from __future__ import annotations

import ast
import shutil
import sys
from pathlib import Path

NAMES = frozenset({"asgiref", "openinference", "opentelemetry", "packaging", "typing_extensions", "wrapt"})
PREFIX = "nasiko_telemetry.vendored"
#: Tools for the command line and for other ways to set everything up.
UNUSED = (
    "opentelemetry/instrumentation/auto_instrumentation",
    "opentelemetry/instrumentation/bootstrap.py",
    "opentelemetry/instrumentation/bootstrap_gen.py",
    "opentelemetry/proto_json/profiles",
    "opentelemetry/proto_json/collector/profiles",
    "opentelemetry/sdk/_configuration",
)


def renamed(source: str) -> str:
    """
    >>> print(renamed('''from opentelemetry.trace import (Span,
    ...     use_span)
    ... import wrapt, json
    ... import opentelemetry.sdk.trace as sdk
    ... import packaging.version
    ... from .wrapt import opentelemetry
    ... name = "opentelemetry"'''))
    from nasiko_telemetry.vendored.opentelemetry.trace import (Span,
        use_span)
    from nasiko_telemetry.vendored import wrapt; import json
    import nasiko_telemetry.vendored.opentelemetry.sdk.trace as sdk
    import nasiko_telemetry.vendored.packaging.version; from nasiko_telemetry.vendored import packaging
    from .wrapt import opentelemetry
    name = "opentelemetry"
    """
    lines = source.splitlines(keepends=True)
    # From the end, so that what has been found stays where it is.
    for node in sorted(_imports(source), key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line = lines[node.lineno - 1]
        before = line[: node.col_offset]
        if isinstance(node, ast.ImportFrom):
            lines[node.lineno - 1] = f"{before}from {PREFIX}.{line[node.col_offset + len('from ') :].lstrip()}"
        else:
            assert node.lineno == node.end_lineno, line
            words = "; ".join(_import(alias) for alias in node.names)
            lines[node.lineno - 1] = before + words + line[node.end_col_offset :]
    return "".join(lines)


def _is_ours(module: str | None) -> bool:
    return module is not None and module.split(".")[0] in NAMES


def _imports(source: str) -> list[ast.Import | ast.ImportFrom]:
    return [
        node
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.ImportFrom) and node.level == 0 and _is_ours(node.module))
        or (isinstance(node, ast.Import) and any(_is_ours(alias.name) for alias in node.names))
    ]


def _import(alias: ast.alias) -> str:
    if not _is_ours(alias.name):
        return f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
    if alias.asname:
        return f"import {PREFIX}.{alias.name} as {alias.asname}"
    top = alias.name.split(".")[0]
    known = f"from {PREFIX} import {top}"
    return known if top == alias.name else f"import {PREFIX}.{alias.name}; {known}"


def vendor(installed: Path, package: Path) -> None:
    """@raises SystemExit: if a library is none that every Python and every C library can read"""
    target = package / "vendored"
    target.mkdir()
    (target / "__init__.py").touch()
    shutil.copy(Path(__file__).with_name("typing_names.py"), target / "typing_extensions.py")
    for path in sorted(installed.rglob("*.py")):
        name = path.relative_to(installed)
        if name.parts[0].removesuffix(".py") in NAMES and not name.as_posix().startswith(UNUSED):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_text(renamed(path.read_text()))
    for licence in installed.glob("*.dist-info/**/*"):
        if licence.is_file() and licence.name.upper().startswith(("LICENSE", "LICENCE", "NOTICE", "COPYING")):
            place = target / "licences" / licence.relative_to(installed).parts[0].removesuffix(".dist-info")
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(licence, place / licence.name)
    foreign = [path for path in installed.rglob("*") if path.suffix in {".so", ".pyd", ".dylib"}]
    if foreign:
        sys.exit(f"{foreign[0].relative_to(installed)} is compiled")


if __name__ == "__main__":
    vendor(Path(sys.argv[1]), Path(sys.argv[2]))
