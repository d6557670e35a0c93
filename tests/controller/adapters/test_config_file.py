"""Errors in autopilot.yaml give file, line, key and the nearest right spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.adapters.config_file import parse_config, read_config
from controller.config.config import Config
from controller.errors import ConfigError
from controller.stack.checkout import checkout
from exporter.reference import REFERENCE_PARAMETERS

GOOD = """\
service: shop
prometheus:
  url: http://localhost:9090
  scrape_interval: 15s
  selector: {job: shop}
kpis:
  primary: sales
  guardrails:
    - llm_success
    - {kpi: play_completion, margin: 0.5}
metrics:
  - name: sales
    direction: higher
    margin: 0.1
    gauge: {metric: sales_level, labels: {shop: "1"}}
parameters:
  heat:
    {low: 0, high: 1, default: 0.5, step: 0.1, prior: {effect: 0.0, sd: 0.1}}
  count:
    kind: int
    low: 1
    high: 9
    default: 3
    step: 2
    prior: {sd: 0.1}
canary:
  duration: 60m
  look_every: 60s
  lease: 5m
schedule:
  cycle: "daily 03:00"
golden:
  callable: shop.golden:run
  cases: golden.yaml
"""
PATH = Path("shop.yaml")


def _parse(text: str) -> Config:
    return parse_config(text, PATH)


def test_a_good_file_is_taken() -> None:
    config = _parse(GOOD)
    assert config.specs.names == ("heat", "count")
    assert [item.kpi.name for item in config.judged] == ["sales", "llm_success", "play_completion"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # unknown keys, at each level
        ("service: shop", "servize: shop", "shop.yaml:1: unknown key 'servize'; did you mean 'service'?"),
        ("  selector:", "  selektor:", "shop.yaml:5: unknown key 'prometheus.selektor'; did you mean 'selector'?"),
        ("margin: 0.5}", "margn: 0.5}", "shop.yaml:10: unknown key 'kpis.guardrails.1.margn'; did you mean 'margin'?"),
        (
            "    direction:",
            "    directoin:",
            "shop.yaml:13: unknown key 'metrics.0.directoin'; did you mean 'direction'",
        ),
        (
            "labels: {shop",
            "lables: {shop",
            "shop.yaml:15: unknown key 'metrics.0.gauge.lables'; did you mean 'labels'?",
        ),
        ("step: 0.1,", "stepp: 0.1,", "shop.yaml:18: unknown key 'parameters.heat.stepp'; did you mean 'step'?"),
        (
            "effect: 0.0",
            "efect: 0.0",
            "shop.yaml:18: unknown key 'parameters.heat.prior.efect'; did you mean 'effect'?",
        ),
        ("    step: 2", "    stride: 2", "shop.yaml:24: unknown key 'parameters.count.stride'; did you mean"),
        ("  lease: 5m", "  leese: 5m", "shop.yaml:29: unknown key 'canary.leese'; did you mean 'lease'?"),
        ("  lease: 5m", "  zzz: 5m", "shop.yaml:29: unknown key 'canary.zzz'; known here: duration, warmup"),
        ("  cases:", "  case:", "shop.yaml:34: unknown key 'golden.case'; did you mean 'cases'?"),
        # missing keys
        ("service: shop\n", "", "shop.yaml:1: key 'service' is missing"),
        ("    default: 3\n", "", "shop.yaml:19: key 'parameters.count.default' is missing"),
        # keys twice
        ("service: shop", "service: shop\nservice: other", "shop.yaml:2: key 'service' stands twice (first in line 1)"),
        ("    low: 1", "    low: 1\n    low: 2", "shop.yaml:22: key 'low' stands twice (first in line 21)"),
        # not YAML
        ("service: shop", "service: [shop", "not YAML"),
        ("service: shop", "service: \tshop:\n  - {", "not YAML"),
        ("service: shop", "service: *nobody", "shop.yaml:1: not YAML: found undefined alias"),
        ("service: shop", "service: 2026-99-99", "shop.yaml: not YAML: month must be in"),
        ("service: shop", "service: shop\n---\nmore: 1", "not YAML: but found another document"),
        (
            "service: shop",
            "service: !!python/object:os.system x",
            "shop.yaml:1: not YAML: could not determine a constr",
        ),
        ("service: shop", "service: sh\x00op", "shop.yaml: not YAML"),
        ("service: shop", "service: shop\n? [a, b]\n: c", "not YAML: found unhashable key"),
        ("service: shop", "service: &x [*x]", "nested without end"),
        (
            "service: shop",
            "service: "
            + "\n".join(["&a0 [1, 2]", *(f"x{n}: &a{n} [{', '.join(9 * [f'*a{n - 1}'])}]" for n in range(1, 99))]),
            "shop.yaml: its aliases (*name) make it more than 1,000,000 values",
        ),
        # wrong types and values
        ("low: 0,", "low: cold,", "shop.yaml:18: parameters.heat.low: Input should be a valid number"),
        ("low: 0,", "low: .nan,", "shop.yaml:18: parameters.heat.low: Input should be a finite number"),
        ("low: 0,", "low: yes,", "shop.yaml:18: parameters.heat.low: true is not a number"),
        ("  lease: 5m", "  lease: 5 minutes", "shop.yaml:29: canary.lease: '5 minutes' is not a duration"),
        ("  lease: 5m", "  lease: 60s", "shop.yaml:26: canary: lease must be longer than look_every"),
        ("  lease: 5m", "  weights: {canary: 1}", "shop.yaml:26: canary: weights must name canary"),
        ('cycle: "daily 03:00"', "cycle: daily 3:00", "shop.yaml:31: schedule.cycle: '3:00' is no time of day"),
        (
            'cycle: "daily 03:00"',
            'daily_at: "03:00"',
            "shop.yaml:30: schedule: daily_at is now cycle: write `cycle: da",
        ),
        ("kpis:\n", "alertmanager:\nkpis:\n", "shop.yaml:6: alertmanager: nothing stands below it; docs/config"),
        ("kpis:\n", "alertmanager: here\nkpis:\n", "shop.yaml:6: alertmanager: Input should be a valid dictionary"),
        ("  selector: {job: shop}", "  auth: {username: me}", "shop.yaml:5: prometheus.auth: username and password_f"),
        ("url: http://localhost:9090", "url: localhost:9090", "shop.yaml:3: prometheus.url: not an address"),
        ("  cases:", "  callable: x\n  cases:", "shop.yaml:34: key 'callable' stands twice"),
        ("shop.golden:run", "shop.golden.run", "shop.yaml:33: golden.callable: 'shop.golden.run' must be MODULE:FUN"),
        # across sections
        ("primary: sales", "primary: salse", "shop.yaml:7: kpis.primary: unknown KPI 'salse'; did you mean 'sales'?"),
        (
            "- llm_success",
            "- lm_success",
            "shop.yaml:9: kpis.guardrails.0: unknown KPI 'lm_success'; did you mean 'llm_",
        ),
        ("{kpi: play_completion,", "{kpi: zzz,", "shop.yaml:10: kpis.guardrails.1: unknown KPI 'zzz'; known here: "),
        ("- llm_success", "- sales", "shop.yaml:9: kpis.guardrails.0: KPI 'sales' stands twice"),
        ("    direction: higher", "    direction: band", "shop.yaml:7: kpis.primary: the primary KPI must be better"),
        (
            "primary: sales",
            "primary: hd_detection_slow_rate\n  goal: -0.5",
            "shop.yaml:8: kpis.goal: the goal -0.5 cannot be met: a ratio lies between 0 and 1",
        ),
        ("primary: sales", "primary: sales\n  goal: .nan", "shop.yaml:8: kpis.goal: Input should be a finite number"),
        (
            "metrics:\n",
            "metrics:\n  - {name: sales, direction: lower, margin: 1, gauge: {metric: x}}\n",
            "shop.yaml:13: me",
        ),
        ("    step: 2", "    step: 1.5", "shop.yaml:19: parameters.count: step 1.5 must be a whole number"),
        ("    step: 2", "    step: 20", "shop.yaml:19: parameters.count: step 20 is wider than the bounds [1, 9]"),
        ("    default: 3", "    default: 12", "shop.yaml:19: parameters.count: parameter count: 12.0 is outside hard"),
        ("    default: 3", "    default: 3.5", "shop.yaml:19: parameters.count: parameter count: 3.5 is not a whole"),
        ("high: 1,", "high: 0,", "shop.yaml:17: parameters.heat: parameter heat: bounds [0.0, 0.0] must be finite"),
        (
            "  lease: 5m",
            "  history: 30m",
            "shop.yaml:29: canary.history: 1800 s hold 120 scrapes, and canary.minimum_hi",
        ),
    ],
)
def test_an_error_gives_file_line_key_and_what_would_be_right(old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(ConfigError) as caught:
        _parse(GOOD.replace(old, new))
    assert said in str(caught.value)
    assert str(caught.value).startswith("shop.yaml:")


def test_all_problems_of_a_kind_are_told_at_once_one_per_line() -> None:
    with pytest.raises(ConfigError) as caught:
        _parse(GOOD.replace("lease: 5m", "leese: 5m").replace("default: 3", "default: many"))
    assert [line.split(": ")[0] for line in str(caught.value).splitlines()] == ["shop.yaml:23", "shop.yaml:29"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "just words", "- a\n- list\n", "5", "null"])
def test_what_are_no_settings_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="expected settings by name"):
        _parse(text)


def test_a_password_in_the_address_does_not_stand_in_the_error() -> None:
    with pytest.raises(ConfigError, match=r"use auth.username") as caught:
        _parse(GOOD.replace("http://localhost", "http://me:hunter2@localhost"))
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_missing_or_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such file; give one with --config"):
        read_config(tmp_path / "autopilot.yaml")
    with pytest.raises(ConfigError, match=r"cannot be read: .*Is a directory"):
        read_config(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"service: caf\xe9\n")
    with pytest.raises(ConfigError, match=r"cannot be read: .*utf-8"):
        read_config(tmp_path / "latin.yaml")


def test_the_checkouts_file_agrees_with_the_reference_service() -> None:
    config = read_config(checkout() / "autopilot.yaml")
    wanted = [(spec.name, spec.kind, spec.low, spec.high, spec.default) for spec in REFERENCE_PARAMETERS.specs]
    assert [(spec.name, spec.kind, spec.low, spec.high, spec.default) for spec in config.specs.specs] == wanted


def test_what_the_checkouts_file_says_of_the_canary_is_what_was_decided() -> None:
    config = read_config(checkout() / "autopilot.yaml")
    assert config.canary.weights == {"canary": 0.2, "baseline": 0.2, "control": 0.6}
    assert (config.canary.duration, config.schedule.cycle, config.schedule.analysis_window) == (
        3600,
        "daily 03:00",
        86400,
    )
    assert (config.policy.alpha, config.policy.planned, config.policy.minimum_history) == (0.05, 240, 240)
