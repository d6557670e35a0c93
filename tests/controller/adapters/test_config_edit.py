"""Editing autopilot.yaml by program: only what is asked for changes, comments stay, nothing half-written is left."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.adapters.config_edit import DELETE, difference, edited, read_original, save
from controller.adapters.config_file import parse_config, read_config
from controller.adapters.config_path import key_text, parse_key, parse_value
from controller.config.digest import by_setting, changes, digest, flat, flattened
from controller.errors import ConfigError, ConflictError
from controller.stack.checkout import checkout

OURS = checkout() / "autopilot.yaml"
OTHER = checkout() / "examples" / "checkout" / "autopilot.yaml"
TEXTS = {path: path.read_text(encoding="utf-8") for path in (OURS, OTHER)}
SETTINGS = [(path, key) for path, text in TEXTS.items() for key in flattened(yaml.safe_load(text))]

plain = st.one_of(
    st.text(max_size=20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(),
    st.booleans(),
    st.none(),
    st.sampled_from(["10:30", "2026-01-01", "yes", "null", "# no comment", "a: b", "[x", "- a", "1e3", "0777", "*a"]),
)
values = st.one_of(plain, st.lists(plain, min_size=1, max_size=3), st.dictionaries(st.text("ab:#.", min_size=1), plain))


def at(found: object, key: str) -> object:
    """Return what stands at a dotted key."""
    for part in parse_key(key):
        found = found[part]  # type: ignore[index]  # a mapping or a list, by the key's own making
    return found


def comments(text: str) -> list[str]:
    """Return the comments of a text that has no `#` elsewhere."""
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


@settings(max_examples=40)
@given(st.sampled_from(SETTINGS), values)
def test_any_setting_takes_any_value_and_all_others_stay(setting: tuple[Path, str], value: object) -> None:
    path, key = setting
    found = yaml.safe_load(edited(TEXTS[path], {key: value}))
    assert at(found, key) == value
    before, after = flattened(yaml.safe_load(TEXTS[path])), flattened(found)
    assert {name: item for name, item in before.items() if name != key} == {
        name: item for name, item in after.items() if name in before and name != key
    }


@settings(max_examples=40)
@given(st.sampled_from(SETTINGS), st.sampled_from([0.5, "text", [1, 2], {"a": 1}]))
def test_every_comment_stays_when_a_setting_changes(setting: tuple[Path, str], value: object) -> None:
    path, key = setting
    assert comments(edited(TEXTS[path], {key: value})) == comments(TEXTS[path])


@settings(max_examples=40)
@given(st.sampled_from([(path, key) for path, key in SETTINGS if "[" not in key]))
def test_removing_takes_away_the_setting_and_at_most_its_own_comment(setting: tuple[Path, str]) -> None:
    path, key = setting
    result = edited(TEXTS[path], {key: DELETE})
    before, after = flattened(yaml.safe_load(TEXTS[path])), flattened(yaml.safe_load(result))
    assert after == {name: item for name, item in before.items() if name != key}
    assert len(comments(result)) >= len(comments(TEXTS[path])) - 1
    own = [line for line in TEXTS[path].splitlines() if line.lstrip().startswith("#")]
    assert [line for line in result.splitlines() if line.lstrip().startswith("#")] == own


def test_one_changed_setting_is_one_changed_line() -> None:
    original = read_original(OURS)
    diff = difference(original, edited(original.text, {"canary.duration": "2h"}))
    moved = [line for line in diff.splitlines()[2:] if line[0] in "+-"]
    assert moved == ["-  duration: 60m", "+  duration: 2h"]
    assert difference(original, original.text) == ""


def test_sections_that_are_missing_are_made_and_lists_grow() -> None:
    text = edited("service: a\n\nkpis: {primary: x}\n", {"canary.weights.canary": 0.1, "kpis.guardrails[0]": "y"})
    assert text == "service: a\n\nkpis: {primary: x, guardrails: [y]}\n\ncanary:\n  weights:\n    canary: 0.1\n"


def test_what_an_alias_shares_changes_at_one_place_only() -> None:
    text = "a: &x\n  size: 1\nb: *x\nc: *x\n"
    assert yaml.safe_load(edited(text, {"b.size": 2})) == {"a": {"size": 1}, "b": {"size": 2}, "c": {"size": 1}}
    assert yaml.safe_load(edited(text, {"a.size": 2})) == {"a": {"size": 2}, "b": {"size": 1}, "c": {"size": 1}}
    assert yaml.safe_load(edited(text, {"a": DELETE})) == {"b": {"size": 1}, "c": {"size": 1}}


def test_a_key_of_a_section_that_has_no_value_yet() -> None:
    assert edited("canary:\nservice: a\n", {"canary.duration": "1h"}) == "canary: {duration: 1h}\nservice: a\n"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("kpis.guardrails[0].margin", "set kpis.guardrails\\[0\\] as a whole"),
        ("kpis.guardrails.margin", "is a list: name an item by its place"),
        ("kpis.guardrails[9]", "has 3 items; the next one is \\[3\\]"),
        ("canary[0]", "is a section, not a list"),
        ("canary..x", "is no setting"),
        ("[0]", "is no setting"),
        ("", "is no setting"),
    ],
)
def test_a_key_that_leads_nowhere_is_told(key: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        edited(TEXTS[OURS], {key: 1})


def test_nothing_to_remove_is_told() -> None:
    for key in ("canary.steps", "nothing.here"):
        with pytest.raises(ConfigError, match="nothing to remove"):
            edited(TEXTS[OURS], {key: DELETE})


@pytest.mark.parametrize("text", ["a: [", "- a\n", "", "a: *nowhere\n", "a: 2026-99-99\n", "\tx: 1"])
def test_what_is_no_mapping_of_settings_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"autopilot\.yaml"):
        edited(text, {"a": 1})


def test_keys_with_dots_are_written_in_quotes() -> None:
    assert parse_key('prometheus.headers."X.Y"') == ("prometheus", "headers", "X.Y")
    assert key_text(("prometheus", "headers", "X.Y")) == 'prometheus.headers."X.Y"'
    assert key_text(parse_key("kpis.guardrails[1].margin")) == "kpis.guardrails[1].margin"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60m", "60m"),
        ("0.2", 0.2),
        ("null", None),
        ("[0.05, 0.1]", [0.05, 0.1]),
        ("10:30", "10:30"),
        ("", None),
        ("a # b", "a # b"),
        ("'1'", "1"),
    ],
)
def test_values_are_read_as_yaml(text: str, value: object) -> None:
    assert parse_value(text) == value


def test_a_text_that_is_no_yaml_value_is_told() -> None:
    with pytest.raises(ConfigError, match="is no YAML value"):
        parse_value("{a")


def test_saving_keeps_mode_and_link_and_says_what_stands_there(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_text(TEXTS[OURS], encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    original = read_original(link)
    config = save(original, edited(original.text, {"canary.duration": "2h"}))
    assert config.canary.duration == 7200
    assert read_config(real) == config
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    path = tmp_path / "autopilot.yaml"
    path.write_bytes(TEXTS[OURS].replace("\n", "\r\n").encode())
    original = read_original(path)
    save(original, edited(original.text, {"canary.duration": "2h"}))
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n") == TEXTS[OURS].count("\n")


def test_a_change_by_somebody_else_in_between_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "autopilot.yaml"
    path.write_text(TEXTS[OURS], encoding="utf-8")
    original = read_original(path)
    theirs = edited(original.text, {"canary.warmup": "30s"})
    save(read_original(path), theirs)
    with pytest.raises(ConflictError, match="changed by somebody else"):
        save(original, edited(original.text, {"canary.duration": "2h"}))
    assert path.read_text(encoding="utf-8") == theirs
    path.unlink()
    with pytest.raises(ConflictError, match="cannot be read any more"):
        save(original, original.text)


def test_what_is_not_valid_is_never_written(tmp_path: Path) -> None:
    path = tmp_path / "autopilot.yaml"
    path.write_text(TEXTS[OURS], encoding="utf-8")
    original = read_original(path)
    with pytest.raises(ConfigError, match=r"autopilot.yaml:\d+: canary.duration"):
        save(original, edited(original.text, {"canary.duration": "long"}))
    assert path.read_text(encoding="utf-8") == original.text
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="vvtvctl init"):
        read_original(tmp_path / "autopilot.yaml")


def test_a_digest_is_of_what_is_said_not_of_how() -> None:
    config = read_config(OURS)
    spelt = edited(TEXTS[OURS], {"canary.duration": 3600, "canary.alpha": 0.05}) + "# a comment\n"
    assert digest(parse_config(spelt, OURS)) == digest(config)
    other = parse_config(edited(spelt, {"canary.alpha": 0.01}), OURS)
    assert digest(other) != digest(config)
    assert changes(config, other) == ("canary.alpha: 0.05 -> 0.01",)
    assert by_setting(config, other) == {"canary.alpha": "canary.alpha: 0.05 -> 0.01"}


def test_a_header_that_may_be_a_secret_is_not_told_but_told_apart() -> None:
    one, other = (
        parse_config(edited(TEXTS[OTHER], {"prometheus.headers.X-Auth-Token": secret}), OTHER)
        for secret in ("hunter2", "hunter3")
    )
    (line,) = changes(one, other)
    assert line.startswith("prometheus.headers.X-Auth-Token: (hidden, ")
    assert "hunter" not in line


def test_every_setting_has_one_dotted_key() -> None:
    found = flat(read_config(OTHER))
    assert found["kpis.guardrails[1].kpi"] == "basket"
    assert found["parameters.layout.choices"] == ["list", "grid"]
    assert all(key_text(parse_key(key)) == key for key in found)
