"""Every setting in force: its value, whether the file says it or it is the default, and how the file spells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel

from controller.adapters.config_path import Key, parse_key
from controller.config.config import Config
from controller.config.digest import flat, flattened


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        key: dotted.
        value: in force, plain.
        said: whether the file says it.
        spelt: as the file writes it, where that is another way to say the value, like `60m`; None otherwise.
        default: what it is when the file does not say it; None where it must.
        differs: whether it is something else than the default; what the file must say always is.
        required: whether it has no default.
    """

    key: str
    value: Any
    said: bool
    spelt: str | None
    default: Any
    differs: bool
    required: bool = False


def settings(config: Config, text: str) -> tuple[Setting, ...]:
    """Return every setting of a configuration that was read from a text."""
    written = flattened(yaml.safe_load(text))
    return tuple(_setting(key, value, written) for key, value in flat(config).items())


def _setting(key: str, value: Any, written: Mapping[str, Any]) -> Setting:
    above = next((name for name in written if key.startswith((f"{name}.", f"{name}["))), None)
    said = key in written or (above is not None and value is not None)
    if not said:
        return Setting(key, value, said=False, spelt=None, default=value, differs=False)
    found = written.get(key, value)
    spelt = str(found) if isinstance(found, str) and not isinstance(value, (str, list, dict)) else None
    default, known = _default(parse_key(key))
    differs = not known or default != value
    return Setting(key, value, said=True, spelt=spelt, default=default, differs=differs, required=not known)


def _default(key: Key) -> tuple[Any, bool]:
    """Return a setting's default as plain value, and whether it has one."""
    model: type[BaseModel] = Config
    for part in key[:-1]:
        if (field := model.model_fields.get(str(part))) is None:
            continue  # a place in a list, or the name of a parameter, KPI or label: its section is the model already
        models = _models(field.annotation)
        if not models:
            return None, False
        model = models[0]
    field = model.model_fields.get(str(key[-1]))
    if field is None or field.is_required():
        return None, False
    return _plain(field.get_default(call_default_factory=True)), True


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Return the sections inside an annotation such as dict[str, X], tuple[X, ...] or X | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in getattr(annotation, "__args__", ()) for found in _models(inner)]


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)
