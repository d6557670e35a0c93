"""`python -m benchmarks [--list] [NAME...]`: run the benchmarks of those names, or all."""

from __future__ import annotations

import argparse
import importlib
import pkgutil

import benchmarks


def find() -> dict[str, str]:
    """Return the first line of every benchmark's docstring, by name."""
    modules = (info for info in pkgutil.iter_modules(benchmarks.__path__) if not info.ispkg)
    names = sorted(info.name for info in modules if not info.name.startswith("_"))
    return {name: (importlib.import_module(f"benchmarks.{name}").__doc__ or "").partition("\n")[0] for name in names}


def main() -> None:
    """Run what the command line asks for."""
    found = find()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, side by side with peers.")
    parser.add_argument("--list", action="store_true", help="say what there is, measure nothing")
    parser.add_argument("name", nargs="*", help=f"any of {', '.join(found)}; all by default")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.name) - set(found)):
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(found)}")
    for name in arguments.name or found:
        print(f"{name}: {found[name]}")
        if not arguments.list:
            print(importlib.import_module(f"benchmarks.{name}").run(), end="\n\n")


if __name__ == "__main__":
    main()
