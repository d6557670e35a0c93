"""A script, run by path: answers golden cases with a Python function, over the JSON-lines protocol of lines.py.

    worker.py MODULE:FUNCTION FOLDER [COVERAGE-REPORT]

It is a program of its own so that the function can neither hang the controller nor change it, and so that the code that
answers is the code on the disk now. FOLDER is searched for modules last. Beyond the protocol it answers
{"id": ..., "identify": true} with the digest of all code that it has loaded. It imports nothing of ours.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_STARTED = time.time()  # noqa: TID251 - compared with the times of files, which are the wall clock's
_DIGESTS: dict[str, str] = {}


def main(name: str, folder: str, report: str | None = None) -> None:
    """Answer until the questions end."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the function prints is no answer
    sys.path.append(folder)
    measured = None if report is None else _measure()
    function, fault = _loaded(name)
    for line in sys.stdin.buffer:
        question = json.loads(line)
        reply = _identified(fault) if question.get("identify") else _answered(function, fault, question.get("input"))
        answers.write(_line({"id": question["id"], **reply}))
        answers.flush()
    if measured is not None:
        measured.stop()
        package = Path(str(sys.modules[name.partition(":")[0]].__file__)).parent
        measured.json_report(outfile=report, include=[f"{package}/*"])


def _loaded(name: str) -> tuple[Callable[[Any], Any] | None, str | None]:
    module, _, attribute = name.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
    except BaseException as error:  # noqa: BLE001 - whatever stands in the service's module
        return None, f"{type(error).__name__}: {error}"
    return (found, None) if callable(found) else (None, f"it is a {type(found).__name__}, not a function")


def _answered(function: Callable[[Any], Any] | None, fault: str | None, given: object) -> dict[str, Any]:
    if function is None:
        return {"error": str(fault)}
    try:
        return {"answer": _plain(function(given))}
    except BaseException as error:  # noqa: BLE001 - whatever the service's code raises is its answer
        return {"error": f"{type(error).__name__}: {error}"}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: tuples and what is iterated over become lists, numpy's values Python's."""
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        raise TypeError("answered a set, which has no order: answer a sorted list")
    if isinstance(value, Iterator):
        return [_plain(item) for item in value]
    raise TypeError(f"answered a {type(value).__name__}, which is no JSON value")


def _line(reply: dict[str, Any]) -> bytes:
    try:
        return json.dumps(reply, allow_nan=False).encode() + b"\n"
    except (ValueError, RecursionError) as error:
        return json.dumps({"id": reply["id"], "error": f"answered what is no JSON: {error}"}).encode() + b"\n"


def _identified(fault: str | None) -> dict[str, Any]:
    """Return digests of the code that is loaded: `all` of it, and the service's `own`, which is installed nowhere."""
    if fault is not None:
        return {"error": fault}
    whole, own, fresh = hashlib.sha256(_installed().encode()), hashlib.sha256(), True
    for name, module in sorted(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if not path or name == "__main__" or not Path(path).is_file():
            continue
        installed = path.startswith((sys.prefix + os.sep, sys.base_prefix + os.sep))
        fresh = fresh and Path(path).stat().st_mtime < _STARTED
        if path not in _DIGESTS:
            _DIGESTS[path] = _stamp(Path(path)) if installed else hashlib.sha256(Path(path).read_bytes()).hexdigest()
        text = f"\0{name}\0{path}\0{_DIGESTS[path]}".encode()
        whole.update(text)
        if not installed:
            own.update(text)
    return {"answer": {"all": whole.hexdigest(), "own": own.hexdigest(), "fresh": fresh}}


def _installed() -> str:
    """Return what names the interpreter and the libraries, loaded or not: the folders that they are installed in."""
    folders = [Path(entry) for entry in sys.path if entry.startswith(sys.prefix + os.sep) and Path(entry).is_dir()]
    libraries = [path for folder in folders for path in sorted(folder.glob("*.dist-info"))]
    return "\0".join((sys.version, *(f"{path}\0{_stamp(path)}" for path in libraries)))


def _stamp(path: Path) -> str:
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def _measure() -> Any:
    """Watch which lines run, from before the function's modules are loaded."""
    import coverage  # noqa: PLC0415 - a run that measures nothing starts without it

    found = coverage.Coverage(data_file=None, branch=True, messages=False)
    found.start()
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
