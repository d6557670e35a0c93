"""A first autopilot.yaml, with what is to be looked at said in comments. Pure: what was found -> text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from controller.adapters.config_text import inline
from controller.duration import setting
from controller.setup.parameter import Parameter
from controller.setup.ranking import SHARE, Ranked, metric, rounded
from exporter.seconds import DAY, HOUR, MINUTE

LOOK = "CHECK"
LEAST_POINTS = 300  # of A/A history, where a day holds fewer


@dataclass(frozen=True)
class Plan:
    """What the file is to say.

    Attributes:
        url: of Prometheus.
        job: that is piloted.
        interval: seconds between scrapes.
        primary: what a change must improve.
        guardrails: what it must not harm.
        others: what else could be a KPI.
        parameters: what is known of them.
        exposed: values of parameters whose bounds nobody has said.
        notes: what is to be seen to.
        today: date, for the first line.
    """

    url: str
    job: str
    interval: float
    primary: Ranked
    guardrails: tuple[Ranked, ...]
    others: tuple[Ranked, ...]
    parameters: tuple[Parameter, ...]
    exposed: dict[str, float]
    notes: tuple[str, ...]
    today: str


def history(interval: float) -> float:
    """Return the seconds of equal arms from which noise is to be known, for `interval` seconds between scrapes."""
    return max(DAY, LEAST_POINTS * interval)


def written(plan: Plan) -> str:
    """Return the file's text."""
    head = [
        f"# Written by `vvtvctl init` on {plan.today}, from what {plan.url} knows of job {inline(plan.job)}.",
        f"# Look at every line marked {LOOK}; then: vvtvctl autopilot validate, vvtvctl doctor.",
        "# Every setting is described in docs/configuration.md.",
        *(f"# {LOOK}: {_comment(note)}" for note in plan.notes),
        f"service: {re.sub(r'[^a-zA-Z0-9_.-]', '-', plan.job)} # decides which unit is in which arm: choose it once",
        "",
        "prometheus:",
        f"  url: {inline(plan.url)}",
        f"  scrape_interval: {setting(plan.interval)} # as measured; evidence is read on this grid",
        f"  selector: {inline({'job': plan.job})} # put into every query",
        "",
        "# alertmanager: {url: http://127.0.0.1:9093} # it must call the controller's webhook, see docs/setup.md",
        "",
    ]
    lines = [*head, *_metrics(plan), *_kpis(plan), *_parameters(plan), *_rest(plan)]
    return "\n".join(lines) + "\n"


def _metrics(plan: Plan) -> list[str]:
    lines = [
        "# Each with the label `variant` (canary, baseline, control). `margin`: as a guardrail, the harm that a",
        f"# promotion must rule out; here {100 * SHARE:.0f} % of the level, or more where a canary detects less.",
        "metrics:",
    ]
    for found in (plan.primary, *plan.guardrails):
        lines += _metric(found, "  ")
    if plan.others:
        lines += ["  # Others that could be KPIs, best first; each guardrail more costs a little speed:"]
        for found in plan.others:
            lines += [f"  # {line[2:]}" for line in _metric(found, "  ")]
    return [*lines, ""]


def _metric(found: Ranked, indent: str) -> list[str]:
    entry = metric(found.one, found.margin)
    lines = [f"{indent}# {_comment(found.why)}", f"{indent}- name: {entry.pop('name')} # level {found.level:.4g}"]
    for key, value in entry.items():
        note = f" # {LOOK}: a guess, its name does not tell" if key == "direction" and not found.one.sure else ""
        lines.append(f"{indent}  {key}: {inline(value)}{note}")
    return lines


def _kpis(plan: Plan) -> list[str]:
    rails = [f"    - {found.one.name}" for found in plan.guardrails]
    return [
        "kpis:",
        f"  primary: {plan.primary.one.name} # {LOOK}: what a change must improve",
        *([f"  guardrails: # {LOOK}: what it must not harm", *rails] if rails else ["  guardrails: []"]),
        "",
    ]


def _parameters(plan: Plan) -> list[str]:
    size = rounded(SHARE * abs(plan.primary.level))
    lines = [
        "# What may be tuned; the service must know the same names, kinds and bounds. No value outside low and high",
        f"# is ever applied. `prior`: by how much one step is believed to change {plan.primary.one.name}, before",
        "# anything is measured.",
        "parameters:",
    ]
    for one in plan.parameters:
        prior = f"prior: {{size: {size:g}}}" if one.kind == "choice" else f"prior: {{sign: unknown, size: {size:g}}}"
        if one.kind == "choice":
            how = f"choices: {inline(list(one.choices))}, default: {inline(one.default)}"
        else:
            how = f"low: {one.low:g}, high: {one.high:g}, default: {one.default:g}, step: {one.step:g}"
        kind = "" if one.kind == "float" else f"kind: {one.kind}, "
        lines.append(f"  {one.name}: {{{kind}{how}, {prior}}} # {LOOK}: kind, step and prior")
    for name, value in plan.exposed.items():
        known = f"low: LOW, high: HIGH, default: {value:g}, step: STEP, prior: {{sign: unknown, size: {size:g}}}"
        lines.append(f"  # {name}: {{{known}}} # {LOOK}: the service applies {value:g}; its bounds nobody tells")
    if not plan.parameters and not plan.exposed:
        example = f"kind: int, low: 0, high: 5, default: 1, step: 1, prior: {{sign: unknown, size: {size:g}}}"
        lines.append(f"  # {LOOK}: Prometheus does not know them; write yours like this, without the #")
        lines.append(f"  # retries: {{{example}, help: Tries after a failure}}")
    return [*lines, ""]


def _rest(plan: Plan) -> list[str]:
    look = max(MINUTE, plan.interval)
    length = setting(max(HOUR, 60 * plan.interval))
    return [
        "canary:",
        f"  duration: {length} # half the effect needs four times as long; see vvtvctl canary power",
        f"  warmup: {setting(look)} # until the service has settled after a change",
        f"  look_every: {setting(look)}",
        f"  lease: {setting(5 * look)} # without a look for so long every unit falls back to control",
        f"  history: {setting(history(plan.interval))} # of equal arms, from which noise is known",
        "  # weights: {canary: 0.2, baseline: 0.2, control: 0.6}",
        "",
        "schedule:",
        "  cycle: daily 03:00 # UTC; or: weekly sun 02:00, cron 0 3 * * 1-5, never",
        "",
        "incidents:",
        f"  match: {{severity: critical}} # {LOOK}: which alerts hold a canary; add a label of your service",
        "",
        "# golden: {callable: module:function, cases: golden/cases.yaml} # cases that values must pass first",
    ]


def _comment(text: str) -> str:
    """Return a text for a comment: on one line, whatever a label or help text holds."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
