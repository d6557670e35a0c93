"""The published JSON Schemas of the input and the output, made from the models that read and write them.

`vvtvctl canary judge --schema input` prints docs/schemas/canary-case.schema.json, `--schema output`
docs/schemas/canary-outcome.schema.json.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel

from controller.judging.answer import Answer
from controller.judging.case_document import CaseDocument

Side = Literal["input", "output"]
SIDES: tuple[Side, ...] = ("input", "output")
_TITLES: dict[Side, tuple[str, type[BaseModel]]] = {
    "input": ("Canary case", CaseDocument),
    "output": ("Canary outcome", Answer),
}


def schema(side: Side) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one side."""
    title, model = _TITLES[side]
    found = model.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": title}


def schema_text(side: Side) -> str:
    """Return the schema as its file holds it, with a line end."""
    return json.dumps(schema(side), indent=2) + "\n"
