"""The published schemas are current, are schemas, and refuse what the reader refuses."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from controller.judging.schema import SIDES, Side, schema, schema_text
from tests.controller.judging.documents import document, short
from tests.docs import pages

FILES: dict[Side, str] = {"input": "canary-case.schema.json", "output": "canary-outcome.schema.json"}


@pytest.mark.parametrize("side", SIDES)
def test_the_published_schema_is_current(side: Side) -> None:
    path = pages.DOCS / "schemas" / FILES[side]
    assert pages.read(path) == schema_text(side), f"vvtvctl canary judge --schema {side} > docs/schemas/{FILES[side]}"


@pytest.mark.parametrize("side", SIDES)
def test_it_is_a_schema(side: Side) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(side))


@pytest.mark.parametrize(
    "bad",
    [
        {},
        document(short("gauge"), planned=0),
        document(short("gauge"), alpha=0.5),
        document(short("gauge"), extra=1),
        document(short("gauge", margin=-1)),
        document(short("gauge", kind="summary")),
        document(short("gauge", canary=[True, 1, 2])),
        document(short("counter", canary=[[1], None, None])),
        document(short("counter", canary=[[1, -1], None, None])),
        document(short("histogram", canary=[[1, 2], None, None])),
        document(short("gauge", role="guardrail")),
        document(short("gauge"), short("counter", role="primary")),
        document() | {"metrics": []},
    ],
)
def test_it_refuses_what_the_reader_refuses(bad: dict[str, Any]) -> None:
    assert not jsonschema.Draft202012Validator(schema("input")).is_valid(bad)


def test_one_primary_metric_may_go_without_saying() -> None:
    metric = short("gauge")
    jsonschema.Draft202012Validator(schema("input")).validate({"id": "a", "planned": 1, "metrics": [metric]})
