"""The section `triage` of autopilot.yaml: what the weekly look at failures covers, and where its findings go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from controller.config.fields import Count, Number, Seconds, Section, Url, spelt

LEAST = 3  # from one or two cases nothing is claimed
LONGEST_LABEL = 50  # characters, GitHub's own limit

Text = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]
Repository = Annotated[
    str,
    spelt(
        r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9_.-]*[A-Za-z0-9_-]",
        "OWNER/NAME as in https://github.com/OWNER/NAME, like octocat/hello-world",
    ),
]
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _no_comma(label: str) -> str:
    """Refuse what GitHub would read as two labels."""
    if "," in label or not label.isprintable():
        raise ValueError(f"{label!r}: a label holds no comma and no line end")
    return label


class GithubSection(Section):
    """The repository whose issues tell of patterns; the first label marks them."""

    url: Url = "https://api.github.com"
    repository: Repository
    token_file: Path | None = None
    labels: tuple[Annotated[Text, AfterValidator(_no_comma)], ...] = Field(default=("autopilot-triage",), min_length=1)
    assignees: tuple[Text, ...] = ()
    dry_run: bool = True
    timeout: Seconds = 10.0
    total: Seconds = 120.0
    retries: Count = Field(default=2, ge=0, le=10)
    most: Count = Field(default=10, ge=1, le=100)

    @model_validator(mode="after")
    def _safe(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError(f"{self.url}: the token would cross the network readable; write https://")
        if not self.dry_run and self.token_file is None:
            raise ValueError("dry_run: false needs token_file, a file that holds the token and nothing else")
        return self


class TriageSection(Section):
    """How failures are looked back on."""

    window: Seconds = 604800.0
    history: Seconds = 2419200.0
    least: Count = Field(default=LEAST, ge=LEAST)
    level: Number = Field(default=0.05, gt=0, le=0.2)
    apply_above: Number = Field(default=0.95, ge=0.5, le=1)
    alerts: bool = True
    github: GithubSection | None = None
