"""What a golden case is, as it stands in a file."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from controller.config.fields import Count, Number
from controller.golden.value import check_plain
from exporter.parameters import Values

Relation = Literal["same", "different", "prefix", "subset", "superset", "at_most", "at_least"]


def _plain(value: object) -> object:
    check_plain(value)
    return value


Json = Annotated[Any, AfterValidator(_plain)]
Input = Annotated[dict[str, Any], BeforeValidator(_plain)]
Items = list[Any] | str  # the items themselves, or `key.field`: that field of every item of the input's list `key`


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Approx(_Section):
    """A value whose numbers may be off by `within`."""

    value: Json
    within: Number = Field(ge=0)


class Comparison(_Section):
    """Asks again with something changed, and says how that answer is to this case's answer."""

    parameters: Values = {}
    input: Input = {}
    then: Relation

    @model_validator(mode="after")
    def _changes(self) -> Self:
        if not self.parameters and not self.input:
            raise ValueError("changes nothing: give parameters or input that differ from the case's")
        return self


class Expectation(_Section):
    """What an answer must be; every condition that is given must hold."""

    equals: Json = None
    approx: Approx | None = None
    count: Count | str | None = None
    between: tuple[Number, Number] | None = None
    among: Items | None = None
    includes: Items = []
    excludes: Items = []
    unique: bool = True
    error: str | None = None
    compare: tuple[Comparison, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the very answer is given; it may be null."""
        return "equals" in self.model_fields_set

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.error is not None and self.model_fields_set != {"error"}:
            raise ValueError("error stands alone: a refused question has no answer to expect anything of")
        if self.between is not None and self.between[0] > self.between[1]:
            raise ValueError(f"between: {self.between[0]:g} is above {self.between[1]:g}; write the lower one first")
        return self


class Entry(_Section):
    """One golden case in its file; `parameters` are fixed, all others have the proposed values."""

    name: str = Field(min_length=1, max_length=200)
    input: Input
    parameters: Values = {}
    expect: Expectation


class Case(Entry):
    """One golden case with its sets filled in, and the name of its file."""

    file: str = ""


class Cases(_Section):
    """A file of golden cases; `{$set: NAME}` as a value of an input stands for the list of that name in `sets`."""

    sets: dict[str, Json] = {}
    cases: tuple[Entry, ...]
