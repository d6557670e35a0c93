"""docs/configuration.md names every setting with its default, and nothing that is gone; its examples are accepted."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from controller.adapters.config_file import parse_config
from controller.config.config import Config
from controller.config.kpi import SelectorSection
from controller.golden.case import Cases
from tests.docs import pages

PAGE = pages.read(pages.DOCS / "configuration.md")
ROWS = {pages.plain(row[0]): row for row in pages.rows(PAGE, "setting")}


def unwrapped(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """Return the section inside an annotation, and how its items are written: nothing, `[]` or `.<name>`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return unwrapped(arguments[0])
    marks = {tuple: "[]", list: "[]", dict: ".<name>", types.UnionType: "", typing.Union: ""}
    for argument in arguments if origin in marks else ():
        section, below = unwrapped(argument)
        if section is not None:
            return section, marks[origin] + below
    return None, ""


def settings(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every setting by its path; a section's own, and lists and mappings of sections besides what is in them."""
    for name, field in model.model_fields.items():
        section, mark = unwrapped(field.annotation)
        if section is None or section is SelectorSection:
            yield f"{prefix}{name}", field
            continue
        if mark:
            yield f"{prefix}{name}", field
        yield from settings(section, f"{prefix}{name}{mark}.")


SETTINGS = dict([*settings(Config), *settings(SelectorSection, "<selector>.")])


def test_every_setting_is_documented_and_every_documented_one_is_there() -> None:
    assert set(ROWS) == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_documented_default_is_the_real_one(name: str) -> None:
    field, shown = SETTINGS[name], ROWS[name][2]
    if field.is_required():
        assert shown == "required"
        return
    checked: Any = typing.Annotated[field.annotation, *field.metadata, name]
    adapter: TypeAdapter[Any] = TypeAdapter(checked)
    assert adapter.validate_python(yaml.safe_load(pages.plain(shown))) == field.get_default(call_default_factory=True)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_says_what_it_means(name: str) -> None:
    assert len(ROWS[name]) == 4
    assert ROWS[name][3]


EXAMPLES = [
    pytest.param(block, id=f"{page.relative_to(pages.ROOT)}-{number}")
    for page in pages.PAGES
    for number, block in enumerate(pages.blocks(pages.read(page), "yaml"), 1)
]


@pytest.mark.parametrize("text", EXAMPLES)
def test_yaml_examples_are_accepted(text: str) -> None:
    """A whole file stands by itself; a part replaces the same sections of the reference service's file."""
    found = yaml.safe_load(text)
    if "cases" in found:
        assert Cases.model_validate(found).cases
        return
    if "service" not in found:
        whole = yaml.safe_load((pages.ROOT / "autopilot.yaml").read_text(encoding="utf-8"))
        for section in whole["parameters"].values() if "kpis" in found else ():
            section["prior"].pop("kpis", None)  # beliefs about guardrails that the part need not have
        text = yaml.safe_dump({**whole, **found})
    assert parse_config(text, Path("example.yaml")).judged


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 5
