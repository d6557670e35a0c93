"""Ports: free, in use, chosen."""

from __future__ import annotations

import os
import socket
from dataclasses import astuple

import pytest

from controller.stack.ports import PortInUseError, check_port, free_endpoints


def test_a_port_in_use_names_part_holder_and_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError) as caught:
            check_port(port, "alertmanager")
    message = str(caught.value)
    assert f"port {port} for alertmanager is already in use by pid {os.getpid()} (" in message
    assert "--alertmanager-port N" in message
    assert "--ports free" in message
    assert caught.value.exit_code == 3


def test_a_listener_on_every_address_counts() -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 - that is the point
        taken.listen()
        with pytest.raises(PortInUseError):
            check_port(taken.getsockname()[1], "llm")


def test_a_port_just_closed_by_a_server_is_free() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        client.connect(("127.0.0.1", port))
        accepted, _ = server.accept()
        accepted.close()  # the server closes first, so its side stays in TIME_WAIT
        client.recv(1)
    check_port(port, "service")


def test_free_endpoints_are_distinct_and_free() -> None:
    endpoints = free_endpoints()
    ports = astuple(endpoints)
    assert len(set(ports)) == 6
    for port in ports:
        check_port(port, "any")
        assert port < 32_768  # outgoing connections take theirs from there
