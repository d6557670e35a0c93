"""Where each part listens."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from exporter.endpoints import DEFAULT_ENDPOINTS, Endpoints


def test_no_two_parts_share_a_default_port() -> None:
    ports = astuple(DEFAULT_ENDPOINTS)
    assert len(set(ports)) == len(ports)


def test_addresses_are_on_loopback_at_the_given_port() -> None:
    endpoints = Endpoints(prometheus=19090)
    assert endpoints.url("prometheus") == "http://127.0.0.1:19090"
    assert endpoints.address("prometheus") == "127.0.0.1:19090"


def test_an_unknown_part_has_no_address() -> None:
    with pytest.raises(AttributeError):
        DEFAULT_ENDPOINTS.url("promethus")
    with pytest.raises(AttributeError):
        DEFAULT_ENDPOINTS.address("promethus")
