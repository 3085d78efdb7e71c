"""Python runs this before an agent, because the platform puts its folder on PYTHONPATH.

It leaves the agent as it finds it: no failure gets out, and what this file hides is found again. Old Pythons read it
too, so it is written in words that they know.
"""

import os
import sys

# Where it is now; the link on the path may lead elsewhere before the agent ends.
HOME = os.path.dirname(os.path.realpath(__file__))
_ON_PATH = os.path.dirname(os.path.abspath(__file__))
_OLDEST = (3, 10)


def _leave_the_path():
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) not in (_ON_PATH, HOME)]


def _start():
    from importlib.util import module_from_spec, spec_from_file_location

    package = os.path.join(HOME, "nasiko_telemetry")
    spec = spec_from_file_location(
        "nasiko_telemetry", os.path.join(package, "__init__.py"), submodule_search_locations=[package]
    )
    sys.modules["nasiko_telemetry"] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.start(os.environ, sys.orig_argv)


def _run_the_hidden_one():
    """Debian's Pythons have one of their own, and agents may."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec(__name__, sys.path)
    if spec is not None and spec.loader is not None:
        sys.modules[__name__] = module = module_from_spec(spec)
        spec.loader.exec_module(module)


try:
    _leave_the_path()
    if sys.version_info >= _OLDEST:
        _start()
except BaseException as error:
    sys.stderr.write("nasiko-telemetry: this agent is not traced: %s: %s\n" % (type(error).__name__, error))
if sys.version_info >= (3, 4):
    _run_the_hidden_one()
