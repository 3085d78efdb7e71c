"""Tells when a module has been imported."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Callable, Mapping

from .say import quietly

Hook = Callable[[ModuleType], None]


class _Watching:
    """A finder that finds what the others find, and has a word put in at the end of the module's own code."""

    def __init__(self, hooks: Mapping[str, Hook]) -> None:
        self._hooks = dict(hooks)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name not in self._hooks:
            return None
        for finder in list(sys.meta_path):
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec = None if find is None else find(name, path, target)
            if spec is not None:
                quietly(self._watch, spec)
                return spec
        return None

    def _watch(self, spec: ModuleSpec) -> None:
        loader, hook = spec.loader, self._hooks[spec.name]
        run = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run(module)
            quietly(hook, module)

        # The loader itself stays what it is: there are programs that look at its type.
        loader.exec_module = exec_module


def on_import(hooks: Mapping[str, Hook]) -> None:
    """Calls a hook with its module each time after that has been loaded, or at once if it is there already."""
    sys.meta_path.insert(0, _Watching(hooks))
    for name, hook in hooks.items():
        if name in sys.modules:
            quietly(hook, sys.modules[name])
