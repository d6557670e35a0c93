"""The curator stays within its budget, and its use of it moves in seconds to minutes."""

from __future__ import annotations

import numpy as np
from prometheus_client import CollectorRegistry

from components.curator import REVIEWS_PER_SECOND, Curator, Slate, prompt
from components.prometheus_reporter import PrometheusReporter
from tests.components.support import total


def curator() -> tuple[Curator, CollectorRegistry]:
    registry = CollectorRegistry()
    return Curator(PrometheusReporter(registry, ()), now=0.0), registry


def test_it_applies_large_gains_keeps_small_ones_and_counts_each() -> None:
    found, registry = curator()
    assert [found.decide(gain, 0.0) for gain in (0.9, 0.2, None)] == ["applied", "kept", "llm_failed"]
    for outcome in ("applied", "kept", "llm_failed"):
        assert total(registry, "vvtv_curator_reviews_total", outcome=outcome) == 1


def test_the_more_is_spent_the_larger_a_gain_must_be_and_at_the_end_it_applies_nothing() -> None:
    found, registry = curator()
    assert found.decide(0.6, 0.0) == "applied"
    outcomes = [found.decide(1.0, 0.0) for _ in range(40)]
    assert outcomes.count("applied") == 23
    assert outcomes[-1] in {"kept", "no_budget"}
    found.report(0.0)
    assert total(registry, "vvtv_curator_apply_budget_used_ratio") == 1.0
    assert found.decide(0.6, 5.0) == "kept"
    assert found.decide(0.6, 60.0) == "applied"


def test_in_normal_life_use_stays_well_under_90_percent_and_wanders_over_seconds() -> None:
    found, registry = curator()
    rng = np.random.default_rng(4)
    used = []
    for second in range(20_000):
        for _ in range(int(rng.poisson(REVIEWS_PER_SECOND))):
            found.decide(float(rng.random()), float(second))
        found.report(float(second))
        used.append(total(registry, "vvtv_curator_apply_budget_used_ratio") if second % 20 == 0 else np.nan)
    series = np.array(used[600::20])
    assert 0.25 < series.mean() < 0.55
    assert series.max() < 0.85
    assert total(registry, "vvtv_curator_reviews_total", outcome="no_budget") == 0


def test_the_prompt_names_the_videos_and_the_form_of_the_answer() -> None:
    text = prompt(Slate("canary", ("video-00001", "video-00007")))
    assert "video-00001, video-00007" in text
    assert '{"gain": 0.4}' in text
