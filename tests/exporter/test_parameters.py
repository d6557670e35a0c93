"""The parameter contract: documents round-trip, wrong ones are refused with what is wrong, units split by weight."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter import names
from exporter.parameter import choice
from exporter.parameters import (
    DEFAULT_WEIGHTS,
    LiveParameters,
    ParameterError,
    ParameterSpec,
    ParameterSpecs,
    Values,
    canonical,
    content_version,
    parse,
    uniform,
)

HEAT = ParameterSpec("temperature", "float", 0.1, 2.0, 0.6)
TOP = ParameterSpec("top_k", "int", 1, 40, 12)
SPECS = ParameterSpecs((HEAT, TOP))

VALUES = st.fixed_dictionaries({"temperature": st.floats(0.1, 2.0), "top_k": st.integers(1, 40)})
SHARES = st.tuples(st.integers(1, 1000), st.integers(1, 1000), st.integers(1, 1000))
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@st.composite
def documents(draw: st.DrawFn) -> LiveParameters:
    shares = draw(SHARES)
    canary = draw(st.none() | TEXT)
    return LiveParameters(
        arms={arm: dict(draw(VALUES)) for arm in names.ARMS},
        weights={arm: share / sum(shares) for arm, share in zip(names.ARMS, shares, strict=True)},
        salt=draw(TEXT),
        canary=canary,
        expires_at=None if canary is None else draw(st.floats(0, 1e11)),
        written_at=draw(st.floats(0, 1e11)),
    )


def _document(**changes: Any) -> dict[str, Any]:
    return {**uniform(SPECS.defaults(), "salt").document(), **changes}


def _signed(**content: Any) -> dict[str, Any]:
    """Return a document whose changed content has the version that belongs to it."""
    document = _document()
    document["content"] = {**document["content"], **content}
    try:
        document["version"] = content_version(document["content"])
    except ValueError:
        document["version"] = "no canonical form"
    return document


def _arms(**values: Any) -> dict[str, Any]:
    return {arm: {**SPECS.defaults(), **(values if arm == names.BASELINE else {})} for arm in names.ARMS}


# --- round trip and version


@given(documents())
def test_a_document_reads_back_as_it_was_written(live: LiveParameters) -> None:
    text = json.dumps(live.document())
    assert parse(text, SPECS) == live
    assert parse(text.encode(), SPECS).version == live.version


@given(documents(), st.randoms(use_true_random=False))
def test_the_version_does_not_depend_on_the_order_of_keys(live: LiveParameters, random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key]) for key in keys}

    assert content_version(shuffled(live.content())) == live.version
    assert parse(json.dumps(shuffled(live.document())), SPECS) == live


@given(documents(), documents())
def test_two_documents_are_one_version_exactly_when_their_content_is_equal(
    a: LiveParameters, b: LiveParameters
) -> None:
    assert (a.version == b.version) == (canonical(a.content()) == canonical(b.content()))


def test_a_renewed_lease_is_the_same_version() -> None:
    live = LiveParameters(_arms(), dict(DEFAULT_WEIGHTS), "salt", "c-1", 100.0, 50.0)
    renewed = live.renewed(expires_at=200.0, written_at=150.0)
    assert (renewed.version, renewed.expires_at, renewed.written_at) == (live.version, 200.0, 150.0)


def test_the_canonical_form_is_fixed_for_all_time() -> None:
    assert canonical({"b": 0.1, "a": {"d": 1, "c": "\u00fc"}}) == '{"a":{"c":"\u00fc","d":1},"b":0.1}'.encode()


def test_nan_has_no_canonical_form() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": math.nan})


# --- arms


@given(documents(), st.text())
def test_a_unit_always_has_the_same_arm_whatever_the_lease(live: LiveParameters, unit: str) -> None:
    arm = live.arm_of(unit)
    assert arm in names.ARMS
    assert live.renewed(expires_at=live.expires_at, written_at=0.0).arm_of(unit) == arm


def test_known_units_keep_their_arms_across_releases() -> None:
    live = uniform(SPECS.defaults(), "vvtv")
    found = " ".join(live.arm_of(f"viewer-{i}") for i in range(8))
    assert found == "baseline control control control baseline baseline canary baseline"


@pytest.mark.parametrize("weights", [DEFAULT_WEIGHTS, {"canary": 0.01, "baseline": 0.01, "control": 0.98}])
def test_units_split_by_the_weights_within_binomial_error(weights: dict[str, float]) -> None:
    live, n = uniform(SPECS.defaults(), "split", weights), 20_000
    found = [live.arm_of(f"unit-{i}") for i in range(n)]
    for arm, weight in weights.items():
        error = math.sqrt(weight * (1 - weight) / n)
        assert abs(found.count(arm) / n - weight) < 4 * error


def test_two_salts_split_independently() -> None:
    one, two = (uniform(SPECS.defaults(), salt) for salt in ("one", "two"))
    n = 20_000
    both = sum(one.arm_of(str(i)) == two.arm_of(str(i)) == names.CANARY for i in range(n)) / n
    assert abs(both - 0.04) < 4 * math.sqrt(0.04 * 0.96 / n)


def test_an_arm_without_weight_gets_no_unit() -> None:
    live = uniform(SPECS.defaults(), "s", {"canary": 0.0, "baseline": 0.5, "control": 0.5})
    assert names.CANARY not in {live.arm_of(str(i)) for i in range(1000)}


def test_an_expired_canary_has_the_values_of_control_and_only_it() -> None:
    arms: dict[str, Values] = {
        arm: {"temperature": value, "top_k": 12} for arm, value in zip(names.ARMS, (0.7, 0.65, 0.6), strict=True)
    }
    live = LiveParameters(arms, dict(DEFAULT_WEIGHTS), "s", "c-1", expires_at=100.0)
    assert live.values(names.CANARY, 99.999) == arms[names.CANARY]
    assert live.values(names.CANARY, 100.0) == arms[names.CONTROL]
    assert live.values(names.BASELINE, 100.0) == arms[names.BASELINE]
    assert live.expired(100.0)
    assert not live.expired(99.999)


def test_a_document_without_a_canary_never_expires() -> None:
    assert not uniform(SPECS.defaults(), "s").expired(1e18)


# --- specs


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_bounds_that_hold_no_value_are_refused(low: float, high: float) -> None:
    with pytest.raises(ParameterError, match="must be finite, ascending"):
        ParameterSpec("x", "float", low, high, 1.0)


def test_a_default_out_of_bounds_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"3.0 is outside hard bounds \[0.0, 1.0\]"):
        ParameterSpec("x", "float", 0.0, 1.0, 3.0)


def test_a_name_that_is_specified_twice_is_refused() -> None:
    with pytest.raises(ParameterError, match="'temperature' is specified twice"):
        ParameterSpecs((HEAT, HEAT))


def test_an_unknown_name_is_answered_with_the_nearest_or_with_all() -> None:
    with pytest.raises(ParameterError, match="did you mean 'temperature'"):
        SPECS.get("temprature")
    with pytest.raises(ParameterError, match="known are temperature, top_k"):
        SPECS.get("zzz")
    assert SPECS.get("top_k") is TOP


@given(st.floats(0.1, 2.0) | st.integers(1, 2), st.integers(1, 40))
def test_checked_values_are_of_their_kind_and_in_the_order_of_the_specs(heat: float, top: int) -> None:
    checked = SPECS.check({"top_k": float(top), "temperature": heat}, "here")
    assert list(checked.items()) == [("temperature", float(heat)), ("top_k", top)]
    assert [type(value) for value in checked.values()] == [float, int]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "its value is missing"),
        (True, "True is not a number"),
        ("0.6", "'0.6' is not a number"),
        ([0.6], "is not a number"),
        (math.nan, "nan is not finite"),
        (-math.inf, "-inf is not finite"),
        (10**400, "is not finite"),
        (0.09999, r"0.09999 is outside hard bounds \[0.1, 2.0\]"),
        (2.00001, "outside hard bounds"),
    ],
)
def test_a_wrong_value_is_refused_with_the_parameter_and_what_is_wrong(value: object, said: str) -> None:
    with pytest.raises(ParameterError, match=f"parameter temperature: .*{said}"):
        HEAT.check(value)


def test_half_an_int_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"parameter top_k: 12.5 is not a whole number"):
        TOP.check(12.5)


def test_bounds_are_inclusive() -> None:
    assert (HEAT.check(0.1), HEAT.check(2)) == (0.1, 2.0)


# --- wrong documents


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON, perhaps half-written"),
        ('{"format": 1, "vers', "not JSON, perhaps half-written"),
        (b"\xff\xfe\xfd", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("9" * 5000, "not JSON"),
        ("[]", "document: expected an object, found list"),
        ("null", "expected an object, found NoneType"),
    ],
)
def test_what_is_no_document_is_refused(text: str | bytes, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        parse(text, SPECS)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (_document(format=2), "format 2 is not 1"),
        (_document(expire_at=None), "document: unknown key 'expire_at'; did you mean 'expires_at'"),
        ({k: v for k, v in _document().items() if k != "content"}, "document: key 'content' is missing"),
        (_document(version="0" * 64), "is not the hash of the content: altered by hand"),
        (_document(written_at="today"), "written_at: 'today' is not a finite number"),
        (_document(written_at=10**400), "written_at: .* is not a finite number"),
        (_document(written_at=True), "written_at: 'True' is not a finite number"),
        (_document(expires_at=5.0), "a canary and its expires_at stand or fall together"),
        (_signed(canary="c-1"), "a canary and its expires_at stand or fall together"),
        (_signed(canary=7), "content.canary a text or null"),
        (_signed(salt=None), "content.salt must be a text"),
        (_signed(salt="\ud800"), "half a character"),
        (_signed(weigths={}), "content: unknown key 'weigths'; did you mean 'weights'"),
        (_signed(weights={"canary": 0.5, "baseline": 0.5}), "content.weights: key 'control' is missing"),
        (_signed(weights={"canary": 0.5, "baseline": 0.5, "control": 0.5}), "shares that sum to 1"),
        (_signed(weights={"canary": -0.5, "baseline": 0.5, "control": 1.0}), "shares that sum to 1"),
        (_signed(weights={"canary": math.nan, "baseline": 0.5, "control": 0.5}), "weights.canary: 'nan' is not"),
        (_signed(arms={"canary": {}, "baseline": {}}), "content.arms: key 'control' is missing"),
        (_signed(arms={**_arms(), "canray": {}}), "content.arms: unknown key 'canray'; did you mean 'canary'"),
        (_signed(arms={**_arms(), "canary": [1]}), "content.arms.canary: expected parameter names and values"),
        (_signed(arms=_arms(temperature=9.0)), "content.arms.baseline: parameter temperature: 9.0 is outside"),
        (_signed(arms=_arms(temperature=math.nan)), "content.arms.baseline: parameter temperature: nan is not finite"),
        (_signed(arms=_arms(top_k=True)), "content.arms.baseline: parameter top_k: True is not a number"),
        (_signed(arms=_arms(top_k="12")), "content.arms.baseline: parameter top_k: '12' is not a number"),
        (_signed(arms=_arms(top_k=None)), "content.arms.baseline: parameter top_k: its value is missing"),
        (_signed(arms=_arms(topk=1)), "content.arms.baseline: unknown parameter 'topk'; did you mean 'top_k'"),
    ],
)
def test_a_wrong_document_is_refused_with_the_place_and_what_is_wrong(document: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        parse(json.dumps(document), SPECS)


def test_content_that_was_altered_by_hand_is_refused() -> None:
    document = _document()
    document["content"]["arms"]["control"]["temperature"] = 0.61
    with pytest.raises(ParameterError, match="altered by hand"):
        parse(json.dumps(document), SPECS)


@given(st.binary() | st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(str))
def test_nothing_but_a_document_is_taken_for_one_and_nothing_else_is_raised(text: str | bytes) -> None:
    with pytest.raises(ParameterError):
        parse(text, SPECS)


@given(st.data())
def test_a_document_with_any_value_replaced_is_refused_or_is_another_lease(data: st.DataObject) -> None:
    document = _document()
    path = [data.draw(st.sampled_from(sorted(document)))]
    place: dict[str, Any] = document
    while isinstance(place[path[-1]], dict) and data.draw(st.booleans()):
        place = place[path[-1]]
        path.append(data.draw(st.sampled_from(sorted(place))))
    old = place[path[-1]]
    place[path[-1]] = data.draw(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just({}))
    if path == ["written_at"] or place[path[-1]] == old:
        return
    with pytest.raises(ParameterError):
        parse(json.dumps(document), SPECS)


# --- choices

MODE = choice("mode", ("calm", "bold", "größer"), "calm")
MIXED = ParameterSpecs((HEAT, MODE))


@given(st.sampled_from(MODE.choices), st.sampled_from(MODE.choices), st.floats(0.1, 2.0))
def test_a_document_with_choices_reads_back_as_it_was_written(one: str, other: str, heat: float) -> None:
    plain = uniform({"temperature": heat, "mode": one}, "s")
    arms: dict[str, Values] = {**plain.arms, names.CANARY: {"temperature": heat, "mode": other}}
    live = LiveParameters(arms=arms, weights=plain.weights, salt="s", canary="c", expires_at=9.0)
    assert parse(json.dumps(live.document()), MIXED) == live
    assert (live.version == plain.version) == (live.content() == plain.content())


def test_the_version_of_a_choice_is_fixed_for_all_time() -> None:
    assert canonical({"mode": "größer", "temperature": 0.6}) == '{"mode":"größer","temperature":0.6}'.encode()


@pytest.mark.parametrize("value", ["loud", 0, None, True, ["calm"]])
def test_a_document_with_a_choice_that_is_none_is_refused_as_a_whole(value: Any) -> None:
    live = uniform({"temperature": 0.6, "mode": "calm"}, "s")
    content = live.content()
    content["arms"][names.CANARY]["mode"] = value
    document = {**live.document(), "content": content, "version": content_version(content)}
    with pytest.raises(ParameterError, match=r"content\.arms\.canary: parameter mode: "):
        parse(json.dumps(document), MIXED)
