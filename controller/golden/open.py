"""The section `golden` becomes cases, a subject, limits and a cache."""

from __future__ import annotations

from pathlib import Path

from controller.config.config import Config
from controller.config.golden import GoldenSection
from controller.errors import ConfigError
from controller.golden.cache import FILE, Cache
from controller.golden.callable import CallableSubject
from controller.golden.case import Case
from controller.golden.command import CommandSubject
from controller.golden.endpoint import EndpointSubject
from controller.golden.identity import content_of, files_in
from controller.golden.load import load_cases
from controller.golden.pool import Limits
from controller.golden.subject import Subject


def section_of(config: Config) -> GoldenSection:
    """Return the section `golden`. Raises ConfigError when there is none."""
    if config.golden is None:
        raise ConfigError("the configuration has no section `golden`: nothing is validated; see docs/golden.md")
    return config.golden


def cases_of(config: Config) -> tuple[Case, ...]:
    """Return the configured cases. Raises ConfigError."""
    return load_cases(section_of(config).place, config.specs)


def subject_of(config: Config, *, measured: str | None = None) -> Subject:
    """Return who answers; `measured` is for a callable alone: a coverage report to write.

    Raises:
        ConfigError: a file that the section names is not there.
    """
    section = section_of(config)
    folder = section.folder.absolute()
    if section.callable is not None:
        version = f"{section.version}\0{content_of(files_in(folder, section.files))}"
        return CallableSubject(
            section.callable,
            folder,
            patience=min(section.case_timeout, section.timeout),
            ahead=1 if measured else min(section.workers, section.runs),
            version=version,
            measured=measured,
        )
    if section.command is not None:
        return CommandSubject(section.command, folder, version=section.version, files=section.files)
    token = None if section.token_file is None else folder / section.token_file
    return EndpointSubject(str(section.url), version=section.version, token_file=token, patience=section.case_timeout)


def limits_of(config: Config) -> Limits:
    """Return the configured limits."""
    section = section_of(config)
    return Limits(section.workers, section.runs, section.case_timeout, section.timeout)


def cache_of(config: Config, state: Path | None) -> Cache | None:
    """Return the cache below a state folder; None when there is none or the configuration wants none."""
    return Cache(state / FILE) if state is not None and section_of(config).cache else None
