"""A strict JSON Schema for dashboards, derived from the models of grafana-foundation-sdk (pinned to 0.0.21).

The published JSON Schemas are in the SDK's repository but in none of its packages, and the SDK's own `from_json` is no
validator: it takes `unit: 5`. But its models are generated from the same source and carry all that a schema needs:

    keys        `from_json` reads each key of the JSON into an argument; the class annotates that argument's type
    required    `to_json` writes the required keys unconditionally and the others only when they are set
    null        allowed only for a required key whose type is Optional
    constants   written but not read: the value stands in the class; required for `type`, which tells alternatives apart

Unknown keys are refused everywhere. A panel is checked with the options and field settings of its own type, a target as
a Prometheus query.
"""

from __future__ import annotations

import ast
import enum
import functools
import importlib
import inspect
import pkgutil
import textwrap
import types
import typing
import warnings
from typing import Any

from jsonschema import Draft7Validator

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the SDK prefers its v2 model; Grafana 12 imports both
    from grafana_foundation_sdk import models
    from grafana_foundation_sdk.cog import variants
    from grafana_foundation_sdk.models import dashboard, prometheus

Schema = dict[str, Any]
_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    object: {},
    Any: {},
}


def _function(cls: type, name: str) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(cls, name))))
    return typing.cast("ast.FunctionDef", tree.body[0])


def _keys(cls: type) -> dict[str, str]:
    """Return JSON key -> attribute, from `if "key" in data: args["attribute"] = ...`."""
    found = {}
    for node in ast.walk(_function(cls, "from_json")):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Compare) and isinstance(node.test.left, ast.Constant):
            for target in (t for inner in ast.walk(node) if isinstance(inner, ast.Assign) for t in inner.targets):
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    found[str(node.test.left.value)] = str(target.slice.value)
    return found


def _written(cls: type) -> dict[str, str]:
    """Return JSON key -> attribute of what `to_json` writes unconditionally: its first dictionary."""
    for node in _function(cls, "to_json").body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
            pairs = zip(node.value.keys, node.value.values, strict=True)
            return {
                str(key.value): value.attr
                for key, value in pairs
                if isinstance(key, ast.Constant) and isinstance(value, ast.Attribute)
            }
    return {}


def _hints(cls: type) -> dict[str, Any]:
    return {
        name: hint
        for base in reversed(cls.__mro__)
        if base.__module__ == cls.__module__
        for name, hint in typing.get_type_hints(base).items()
    }


class _Builder:
    """Turns model classes into schema definitions; each class once."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def of_class(self, cls: type) -> Schema:
        """Return a reference to a class's definition."""
        if cls is variants.Dataquery:
            cls = prometheus.Dataquery
        name = f"{cls.__module__.rpartition('.')[2]}.{cls.__name__}"
        if name not in self.definitions:
            self.definitions[name] = {}
            hints, written = _hints(cls), _written(cls)
            properties: dict[str, Schema] = {}
            for key, attribute in _keys(cls).items():
                schema, nullable = self.of_type(hints[attribute])
                null_too = nullable and key in written
                properties[key] = {"anyOf": [schema, {"type": "null"}]} if null_too else schema
            required = [key for key in written if key in properties]
            for key, attribute in written.items():
                if key not in properties:
                    properties[key] = {"const": getattr(cls(), attribute)}
                    if key == "type":
                        required.append(key)
            self.definitions[name] = {
                "type": "object",
                "additionalProperties": False,
                "required": required,
                "properties": properties,
            }
        return {"$ref": f"#/definitions/{name}"}

    def of_type(self, hint: Any) -> tuple[Schema, bool]:
        """Return the schema of an annotation, and whether it is Optional."""
        if typing.get_origin(hint) in (typing.Union, types.UnionType):
            arguments = typing.get_args(hint)
            inner = [argument for argument in arguments if argument is not type(None)]
            return self._union(inner), len(inner) < len(arguments)
        return self._of_one(hint), False

    def _of_one(self, hint: Any) -> Schema:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is list:
            return {"type": "array", "items": self.of_type(arguments[0])[0]}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of_type(arguments[1])[0]}
        if origin is typing.Literal:
            return {"enum": list(arguments)}
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return {"enum": [member.value for member in hint]}
        return _SCALARS[hint] if hint in _SCALARS else self.of_class(hint)

    def _union(self, members: list[Any]) -> Schema:
        if dashboard.RowPanel in members:
            return {"$ref": "#/definitions/panel"}
        schemas = [self.of_type(member)[0] for member in members]
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _panel_types() -> dict[str, types.ModuleType]:
    """Return panel type -> the SDK's module of it."""
    found = {}
    for info in pkgutil.iter_modules(models.__path__):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            module = importlib.import_module(f"{models.__name__}.{info.name}")
        if hasattr(module, "Options") and hasattr(module, "variant_config"):
            found[module.variant_config().identifier] = module
    return found


def _panel(builder: _Builder, kind: str, module: types.ModuleType) -> Schema:
    """Return the schema of one panel type: the common keys, with its own options and field settings."""
    builder.of_class(dashboard.Panel)
    common = builder.definitions["dashboard.Panel"]
    field_config = getattr(module, "FieldConfig", None)
    custom = builder.of_class(field_config) if field_config else {"type": "object", "maxProperties": 0}
    builder.of_class(dashboard.FieldConfig)
    defaults = dict(builder.definitions["dashboard.FieldConfig"])
    defaults["properties"] = {**defaults["properties"], "custom": custom}
    source = dict(builder.definitions["dashboard.FieldConfigSource"])
    source["properties"] = {**source["properties"], "defaults": defaults}
    own = {"type": {"const": kind}, "options": builder.of_class(module.Options), "fieldConfig": source}
    return {**common, "properties": {**common["properties"], **own}}


@functools.cache
def dashboard_schema() -> Schema:
    """Return the JSON Schema (draft 7) of a dashboard with Prometheus panels."""
    builder = _Builder()
    root = builder.of_class(dashboard.Dashboard)
    row = builder.of_class(dashboard.RowPanel)
    kinds: dict[str, Schema] = {"row": row}
    kinds |= {kind: _panel(builder, kind, module) for kind, module in _panel_types().items()}
    builder.definitions["panel"] = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": sorted(kinds)}},
        "allOf": [
            {"if": {"properties": {"type": {"const": kind}}, "required": ["type"]}, "then": schema}
            for kind, schema in kinds.items()
        ],
    }
    return {"$schema": "http://json-schema.org/draft-07/schema#", **root, "definitions": builder.definitions}


def errors(document: object) -> list[str]:
    """Return what is wrong with a dashboard, each with its path, e.g. `panels/3/fieldConfig/defaults/unit: ...`."""
    validator = Draft7Validator(dashboard_schema())
    found = sorted(validator.iter_errors(document), key=lambda error: [str(part) for part in error.absolute_path])
    return [f"{'/'.join(str(part) for part in error.absolute_path)}: {error.message[:200]}" for error in found]
