"""Policies are found by name, ours takes settings, and what is misspelt is told the nearest name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from controller.decide import sequence
from controller.decide.policy import Policy
from controller.decide.rivals import RIVALS
from controller.errors import ConfigError
from controller.model import Verdict, Window
from controller.replay.contender import contender
from controller.replay.cut import Plan, case, placebos
from tests.controller.replay.ground import STEP, T0, record

BASE = Policy(planned=120, alpha=0.04)


def test_ours_is_the_configured_policy() -> None:
    found = record(400, seed=5, better=slice(200, 400))
    found.same[:] = True
    cut = placebos(found, Window(T0 + 250 * STEP, T0 + 399 * STEP), Plan(120, 3, 250, 120))[0][0]
    whole = case(found, cut, planned=500, alpha=0.5)  # neither counts
    wanted = sequence.judge(case(found, cut, planned=120, alpha=0.04), BASE)
    assert repr(contender("ours", BASE)(whole)) == repr(wanted)


def test_settings_replace_what_is_configured() -> None:
    found = contender("ours:alpha=0.01, planned=64", BASE)
    assert (found.name, found.alpha, found.planned, found.seeks_benefit) == (
        "ours:alpha=0.01, planned=64",
        0.01,
        64,
        True,
    )
    kept = contender("ours:minimum_harm=5", BASE)
    assert (kept.alpha, kept.planned) == (0.04, 120)


@pytest.mark.parametrize("name", RIVALS)
def test_every_other_judge_has_its_name_and_the_configured_plan(name: str) -> None:
    found = contender(name, replace(BASE, planned=240))
    assert (found.judge, found.planned, found.alpha, found.seeks_benefit) == (RIVALS[name], 240, 0.04, False)


@pytest.mark.parametrize("planned", [64, 100, 240, 480, 1000])
@pytest.mark.parametrize("name", ["flagger", "argo", "kayenta-growing"])
def test_checks_of_other_judges_keep_their_share_of_the_plan(name: str, planned: int) -> None:
    """At 240 points Flagger checks every 16 and promotes after 10 checks; all end within every plan."""
    found = record(800 + planned, seed=2)
    cut = placebos(found, Window(T0 + 700 * STEP, T0 + (799 + planned) * STEP), Plan(planned, 3, 700, planned))[0][0]
    outcome = contender(name, replace(BASE, planned=planned))(case(found, cut, planned=planned, alpha=0.05))
    assert outcome.verdict is not Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("flager", "did you mean 'flagger'"),
        ("kayenta-growin", "'kayenta-growing'"),
        ("zzz", "there are ours, welch"),
        ("", "there are ours"),
        ("flagger:alpha=0.1", "flagger takes no settings"),
        ("ours:alhpa=0.1", "did you mean 'alpha'"),
        ("ours:", "there are alpha"),
        ("ours:alpha", "alpha must be a share between 0 and 1, like alpha=0.04"),
        ("ours:alpha=0", "alpha must be"),
        ("ours:alpha=nan", "alpha must be"),
        ("ours:planned=10", "at least 16"),
        ("ours:planned=20.5", "whole number"),
        ("ours:minimum_harm=0", "whole number"),
        ("ours:futility_power=1", "from 0 up to 1"),
        ("ours:mismatch=0", "above 0"),
    ],
)
def test_what_is_no_policy_is_refused_with_what_to_write(spec: str, said: str) -> None:
    with pytest.raises(ConfigError, match="--policy") as refused:
        contender(spec, BASE)
    assert said in str(refused.value)
