"""Is a loopback port free, who holds it, and which ports are free."""

from __future__ import annotations

import errno
import random
import socket
from contextlib import ExitStack
from dataclasses import fields
from typing import Final

from controller.errors import ConfigError, UnavailableError
from controller.stack import proc
from exporter.endpoints import LOOPBACK, Endpoints

# Below Linux' ephemeral range (32768 and up), where an outgoing connection could take a port between our look and
# the server's start.
_CANDIDATES: Final = range(10_000, 32_000)


class PortInUseError(UnavailableError):
    """Somebody else listens on a port that one of our parts needs."""


def check_port(port: int, part: str) -> None:
    """Make sure that `part` can listen on `port`.

    Raises:
        PortInUseError: it cannot; the message names the holder, if it can be seen, and how to choose another port.
        ConfigError: the port needs more rights than we have.
    """
    advice = f"Choose another with --{part}-port N, or let free ports be chosen with --ports free."
    try:
        with socket.socket() as probe:
            _listen(probe, port)
    except PermissionError as error:
        raise ConfigError(f"port {port} for {part} may only be used by root. {advice}") from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise UnavailableError(f"{part} cannot listen on {LOOPBACK}:{port}: {error}. {advice}") from error
        found = proc.holder(port)
        who = f"pid {found.pid} ({found.command})" if found else "a process of another user or container"
        raise PortInUseError(f"port {port} for {part} is already in use by {who}. Stop that. {advice}") from error


def free_endpoints() -> Endpoints:
    """Return a free loopback port for each part."""
    names = [field.name for field in fields(Endpoints)]
    ports = list(_CANDIDATES)
    random.SystemRandom().shuffle(ports)
    chosen: dict[str, int] = {}
    with ExitStack() as held:  # all are held until all are chosen
        for port in ports:
            probe = held.enter_context(socket.socket())
            try:
                _listen(probe, port)
            except OSError:
                continue
            chosen[names[len(chosen)]] = port
            if len(chosen) == len(names):
                return Endpoints(**chosen)
    raise UnavailableError(
        f"no {len(names)} free ports between {_CANDIDATES.start} and {_CANDIDATES.stop} on {LOOPBACK}"
    )


def _listen(probe: socket.socket, port: int) -> None:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: a closing connection is no obstacle
    probe.bind((LOOPBACK, port))
    probe.listen(1)
