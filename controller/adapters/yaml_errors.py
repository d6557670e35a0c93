"""What PyYAML says of a text that is not YAML, in our words: with file, line and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from controller.errors import ConfigError


@contextmanager
def yaml_errors(path: Path) -> Iterator[None]:
    """Turn what reading the YAML of a file raises into ConfigError; `path` names the file."""
    try:
        yield
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}:{line}: not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date or number that is none, like 2026-99-99
        raise ConfigError(f"{path}: not YAML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{path}: not YAML that can be used: it is nested without end") from None
