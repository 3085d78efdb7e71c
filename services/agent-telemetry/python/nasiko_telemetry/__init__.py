"""Spans of what an agent does for a request that belongs to a trace.

Nothing heavy is loaded before the agent is asked something: `start` only leaves word with the import system. The first
request loads the rest (see `awake`), which usually is one of a health check.
"""

from __future__ import annotations

import os
from typing import Mapping, Sequence

#: What runs for a moment and serves nobody.
TOOLS = frozenset(
    "pip pip3 pipenv pipx poetry pdm hatch uv uvx conda venv virtualenv ensurepip compileall py_compile build "
    "doctest unittest pytest mypy ruff black json.tool site sysconfig zipapp cProfile pdb idlelib pydoc".split()
)


def program(command: Sequence[str]) -> str:
    """The module or file that a Python is started for; empty for code on the command line and for a session.

    A file keeps its ending, by which an agent in `build.py` is told from the tool of that name.

    >>> program(["python3", "-X", "dev", "-um", "pip", "install"]), program(["/venv/bin/python", "/venv/bin/pip3"])
    ('pip', 'pip3')
    >>> program(["python", "-c", "import pip"]), program(["python"])
    ('', '')
    """
    rest = iter(command[1:])
    for word in rest:
        if not word.startswith("-"):
            return os.path.basename(word)
        if word.startswith("--"):
            if word == "--check-hash-based-pycs":
                next(rest, "")
            continue
        for at, letter in enumerate(word[1:], start=2):
            if letter == "c":
                return ""
            if letter == "m":
                return word[at:] or next(rest, "")
            if letter in "WX":
                if not word[at:]:
                    next(rest, "")
                break
    return ""


def wanted(environment: Mapping[str, str], command: Sequence[str]) -> bool:
    """Whether there is somebody to report to, and something to report.

    >>> there = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://gateway:8000"}
    >>> wanted(there, ["python", "-m", "agent"]), wanted({}, ["python", "-m", "agent"])
    (True, False)
    >>> wanted({**there, "OTEL_SDK_DISABLED": "True"}, ["python", "agent.py"])
    False
    """
    said = {name: value.strip().lower() for name, value in environment.items() if name.startswith("OTEL_")}
    # Over gRPC reports only who brings what that takes.
    protocol = said.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or said.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    return (
        any(said.get(f"OTEL_EXPORTER_OTLP_{which}ENDPOINT") for which in ("", "TRACES_"))
        and said.get("OTEL_SDK_DISABLED") != "true"
        and said.get("OTEL_TRACES_EXPORTER") != "none"
        and protocol != "grpc"
        and program(command) not in TOOLS
    )


def start(environment: Mapping[str, str], command: Sequence[str]) -> None:
    """Waits for the agent to import what serves requests."""
    if not wanted(environment, command):
        return
    from . import clients, servers
    from .on_import import on_import

    on_import({**servers.SERVERS, **clients.HOOKS})
