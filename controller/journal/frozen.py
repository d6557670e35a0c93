"""What every value that stands in the journal is: frozen, without keys that nobody knows, NaN spelt as text."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """The base of every payload and of what stands in them."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")
