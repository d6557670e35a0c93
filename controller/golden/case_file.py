"""Files of cases as they stand, edited without losing a comment, and new ones written the same way."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from controller.errors import ConfigError
from controller.golden.case import Case

WIDTH = 120
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_.-]*( [A-Za-z0-9_.-]+)*\Z")
_MEANT = frozenset(("yes", "no", "on", "off", "y", "n", "true", "false", "null", "nan", "inf"))


def edited(text: str, path: Path, answers: dict[str, tuple[str, Any]]) -> str:
    """Return a file's text with expectations replaced, and everything else as it stands.

    Args:
        text: the file.
        path: its name, which says whether it is YAML or JSON.
        answers: by case, `equals` or `approx` and the new answer.
    """
    if path.suffix == ".json":
        found = json.loads(text)
        _replace(found, answers)
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    tool = _tool()
    try:
        document = tool.load(text)
    except YAMLError as error:
        raise ConfigError(f"{path}: not YAML: {error}") from None
    _replace(document, answers)
    return _dumped(tool, document)


def _replace(document: Any, answers: dict[str, tuple[str, Any]]) -> None:
    for case in document["cases"]:
        if case["name"] in answers:
            kind, answer = answers[case["name"]]
            if kind == "approx":
                case["expect"]["approx"]["value"] = flowing(answer)
            else:
                case["expect"]["equals"] = flowing(answer)


def written(cases: Sequence[Case], comment: str) -> str:
    """Return a new file of cases in YAML; lists of items that several inputs share stand once, in `sets`."""
    document = CommentedMap()
    document.yaml_set_start_comment(comment)
    names: dict[str, str] = {}
    sets, listed = CommentedMap(), CommentedSeq()
    for case in cases:
        given = CommentedMap()
        for key, value in case.input.items():
            if isinstance(value, list) and len(value) > 1:
                text = json.dumps(value)
                if text not in names:
                    names[text] = f"{key}{len(names) + 1}"
                    rows = CommentedSeq(flowing(item) for item in value)
                    sets[names[text]] = rows
                given[key] = flowing({"$set": names[text]})
            else:
                given[key] = flowing(value)
        given.fa.set_flow_style()
        entry = CommentedMap(name=case.name, input=given)
        if case.parameters:
            entry["parameters"] = flowing(case.parameters)
        entry["expect"] = flowing(case.expect.model_dump(exclude_unset=True))
        listed.append(entry)
    if sets:
        document["sets"] = sets
    document["cases"] = listed
    return _dumped(_tool(), document)


def flowing(value: Any) -> Any:
    """Return a value to be written on one line, as far as the width goes."""
    if isinstance(value, dict):
        mapping = CommentedMap((flowing(key), flowing(item)) for key, item in value.items())
        mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, (list, tuple)):
        sequence = CommentedSeq(flowing(item) for item in value)
        sequence.fa.set_flow_style()
        return sequence
    return DoubleQuotedScalarString(value) if isinstance(value, str) and not _plain(value) else value


def _plain(text: str) -> bool:
    """Whether a text is one without quotes to every version of YAML: neither `yes` nor 1:30. Raises ConfigError."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ConfigError(f"{text[:40]!r} holds half a character (a lone surrogate): no file can hold it") from None
    return _WORD.match(text) is not None and text.lower() not in _MEANT


def _tool() -> YAML:
    tool = YAML()
    tool.preserve_quotes = True
    tool.width = WIDTH
    tool.indent(mapping=2, sequence=2, offset=0)
    return tool


def _dumped(tool: YAML, document: Any) -> str:
    out = io.StringIO()
    tool.dump(document, out)
    return out.getvalue()
