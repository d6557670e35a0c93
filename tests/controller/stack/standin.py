"""Stand-ins for the stack's parts: small programs that start fast and behave, well or badly, as told."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Final

from controller.stack.plan import ProcessSpec

if TYPE_CHECKING:
    from controller.stack.processes import Process

_SERVER: Final = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status} if self.path == "/healthz" else 404)
        self.end_headers()
    def log_message(self, *_):
        pass
print("{greeting}", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def python(name: str, port: int, code: str) -> ProcessSpec:
    """Return a part that runs Python code, with its port as the only argument."""
    return ProcessSpec(name, (sys.executable, "-I", "-S", "-u", "-c"), (code, str(port)), port, "/healthz")


def good(name: str, port: int, *, greeting: str = "hello") -> ProcessSpec:
    """Return a part that becomes healthy."""
    return python(name, port, _SERVER.format(status=200, greeting=greeting))


def ill(name: str, port: int) -> ProcessSpec:
    """Return a part that listens and answers that it is not ready."""
    return python(name, port, _SERVER.format(status=503, greeting="still loading"))


def stubborn(name: str, port: int) -> ProcessSpec:
    """Return a healthy part that ignores SIGTERM."""
    ignore = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    return python(name, port, ignore + _SERVER.format(status=200, greeting="hello"))


def gone(process: Process) -> bool:
    """Wait up to 30 s for a process to end."""
    until = time.monotonic() + 30
    while process.alive() and time.monotonic() < until:
        time.sleep(0.01)
    return not process.alive()


def crash(process: Process) -> None:
    """Kill a process, as a crash would, and wait until it is gone."""
    os.kill(process.pid, signal.SIGKILL)
    assert gone(process)
