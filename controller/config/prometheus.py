"""How autopilot.yaml says where Prometheus is and how it is reached."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from controller.config.fields import Count, HeaderName, HeaderValue, LabelName, Seconds, Section, Url


class Tls(Section):
    """Certificates for reaching Prometheus."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


class Auth(Section):
    """Credentials for reaching Prometheus; secrets by file only."""

    username: str | None = None
    password_file: Path | None = None
    bearer_file: Path | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file belong together: give both or neither")
        if self.username is not None and self.bearer_file is not None:
            raise ValueError("give either username and password_file, or bearer_file, not both")
        return self


class PrometheusSection(Section):
    """The Prometheus that stores the service's metrics."""

    url: Url
    timeout: Seconds = 10.0
    retries: Count = Field(default=2, ge=0, le=10)
    scrape_interval: Seconds = 15.0
    selector: dict[LabelName, str] = Field(default={})
    tls: Tls = Tls()
    auth: Auth = Auth()
    headers: dict[HeaderName, HeaderValue] = Field(default={})
