"""The section `history`: how long versions are kept as files, and how long at all."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from controller.config.fields import Seconds, Section
from exporter.seconds import DAY


class HistorySection(Section):
    """How long versions are kept as files of their own, and then in archives."""

    keep: Seconds = Field(default=90 * DAY, ge=DAY)
    archive: Literal["forever"] | Seconds = "forever"

    @model_validator(mode="after")
    def _longer(self) -> Self:
        if self.archive != "forever" and self.archive <= self.keep:
            raise ValueError("archive must be longer than keep: it counts from the same day, and is what comes after")
        return self
