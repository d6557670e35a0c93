"""docs/parameters.md: its file, hash and test vectors are right, also for a reader written from the text alone."""

from __future__ import annotations

import hashlib
import json

import pytest

from exporter import names
from exporter.catalog.planner import PARAMETER_FILE_ERRORS
from exporter.parameters import FORMAT, LiveParameters, ParameterSpec, ParameterSpecs, canonical, parse, uniform
from tests.docs import pages

PAGE = pages.read(pages.DOCS / "parameters.md")
SPECS = ParameterSpecs((ParameterSpec("temperature", "float", 0.1, 2.0, 0.6), ParameterSpec("top_k", "int", 1, 40, 12)))
VECTORS = [tuple(pages.plain(cell) for cell in row) for row in pages.rows(PAGE, "salt")]
(EXAMPLE,) = pages.blocks(PAGE, "json")


def by_the_text(salt: str, unit: str, weights: dict[str, float]) -> tuple[str, float, str]:
    """Return digest, point and arm as the page describes them, without our own code."""
    data = salt.encode("utf-8") + b"\x00" + unit.encode("utf-8")
    digest = hashlib.blake2b(data, digest_size=8).digest()
    point = left = int.from_bytes(digest, "big") / 2.0**64
    for arm in ("canary", "baseline", "control"):
        left -= weights[arm]
        if left < 0:
            return digest.hex(), point, arm
    return digest.hex(), point, "control"


def live(salt: str) -> LiveParameters:
    return uniform(SPECS.defaults(), salt)


@pytest.mark.parametrize(("salt", "unit", "digest", "point", "arm"), VECTORS)
def test_vectors(salt: str, unit: str, digest: str, point: str, arm: str) -> None:
    found, at, dealt = by_the_text(salt, unit, {"canary": 0.2, "baseline": 0.2, "control": 0.6})
    assert (found, dealt) == (digest, arm)
    assert at == pytest.approx(float(point), abs=1e-15)
    assert live(salt).arm_of(unit) == arm


def test_vectors_reach_every_arm() -> None:
    assert {vector[4] for vector in VECTORS} == set(names.ARMS)


def test_a_reader_by_the_text_agrees_on_many_units() -> None:
    document = live("vvtv")
    units = [f"unit-{number}" for number in range(3000)]
    assert [document.arm_of(unit) for unit in units] == [
        by_the_text("vvtv", unit, document.weights)[2] for unit in units
    ]


def test_the_example_is_a_valid_document() -> None:
    document = parse(EXAMPLE, SPECS)
    assert document.canary == "cycle-7"
    assert json.loads(EXAMPLE)["format"] == FORMAT


def test_the_canonical_text_is_what_is_hashed() -> None:
    text = next(block for block in pages.blocks(PAGE, "text") if block.startswith('{"arms"')).strip()
    found = json.loads(EXAMPLE)
    assert text.encode() == canonical(found["content"])
    assert hashlib.sha256(text.encode()).hexdigest() == found["version"]


def test_numbers_are_written_as_the_page_says() -> None:
    assert canonical({"n": [12, 0.6, 12.0, 1e-05]}) == b'{"n":[12,0.6,12.0,1e-05]}'


def test_every_key_of_the_document_is_described() -> None:
    shown = {pages.plain(row[0]) for row in pages.rows(PAGE, "key")}
    found = json.loads(EXAMPLE)
    assert shown == (set(found) - {"content"}) | {f"content.{key}" for key in found["content"]}


def test_expiry_is_inclusive_and_gives_control_values() -> None:
    document = parse(EXAMPLE, SPECS)
    end = float(json.loads(EXAMPLE)["expires_at"])
    assert document.values("canary", end - 1) == document.arms["canary"]
    assert document.values("canary", end) == document.arms["control"]


def test_every_reason_of_a_failed_reload_is_described() -> None:
    shown = {pages.plain(row[2]) for row in pages.rows(PAGE, "what a reader finds")}
    assert shown == set(PARAMETER_FILE_ERRORS.values[names.REASON])
