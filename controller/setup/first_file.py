"""A first autopilot.yaml, with what is to be looked at said in comments. Pure: what was found -> text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from controller.adapters.config_text import inline
from controller.errors import ConfigError
from controller.setup.ranking import SHARE, Ranked, metric, rounded
from exporter.parameter import Kind

DAY, HOUR, MINUTE = 86400.0, 3600.0, 60.0
STEPS = 20  # of a parameter's range that one cycle moves it by
LOOK = "CHECK"


@dataclass(frozen=True)
class Parameter:
    """A parameter as it is to be written; without `low`, `high` and `step` it is a choice."""

    name: str
    kind: Kind
    default: float | str
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    choices: tuple[str, ...] = ()


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


def read_parameter(text: str) -> Parameter:
    """Return the parameter of `name=low:high:default`, with `:step` if wanted, or `name=a|b:a`. Raises ConfigError."""
    name, _, rest = text.partition("=")
    parts = [part.strip() for part in rest.split(":")]
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name.strip()):
        raise ConfigError(f"--parameter {text!r}: a name is small letters, digits and _, beginning with a letter")
    name = name.strip()
    if "|" in parts[0]:
        choices = tuple(choice.strip() for choice in parts[0].split("|"))
        if len(parts) != 2 or parts[1] not in choices:  # noqa: PLR2004 - choices and default
            raise ConfigError(f"--parameter {text!r}: write a choice as {name}=list|grid:list, the default last")
        return Parameter(name, "choice", parts[1], choices=choices)
    try:
        low, high, default, *more = (float(part) for part in parts)
        step = more[0] if more else 0.0
    except ValueError:
        raise ConfigError(f"--parameter {text!r}: write it as {name}=low:high:default, like {name}=0:1:0.5") from None
    if (
        len(more) > 1
        or not all(map(math.isfinite, (low, high, default, step)))
        or not low <= default <= high
        or low >= high
    ):
        raise ConfigError(f"--parameter {text!r}: low < high and a default between them are needed")
    whole = not any("." in part or "e" in part.lower() for part in parts)
    return Parameter(name, "int" if whole else "float", default, low, high, step or steps(low, high, whole=whole))


def steps(low: float, high: float, *, whole: bool) -> float:
    """Return how far one cycle may move a parameter, when nobody has said: a twentieth of its range."""
    step = (high - low) / STEPS
    return max(1.0, round(step)) if whole else float(f"{step:.1g}")


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
        f"  scrape_interval: {duration(plan.interval)} # as measured; evidence is read on this grid",
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
    look, history = max(MINUTE, plan.interval), max(DAY, 300 * plan.interval)
    length = duration(max(HOUR, 60 * plan.interval))
    return [
        "canary:",
        f"  duration: {length} # half the effect needs four times as long; see vvtvctl canary power",
        f"  warmup: {duration(look)} # until the service has settled after a change",
        f"  look_every: {duration(look)}",
        f"  lease: {duration(5 * look)} # without a look for so long every unit falls back to control",
        f"  history: {duration(history)} # of equal arms, from which noise is known",
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


def duration(seconds: float) -> str:
    """Return seconds as autopilot.yaml has them: 15s, 5m, 2h."""
    for unit, size in (("d", 2 * DAY), ("h", HOUR), ("m", MINUTE)):
        whole = size / 2 if unit == "d" else size
        if seconds >= size and seconds % whole == 0:
            return f"{seconds / whole:g}{unit}"
    return f"{seconds:g}s" if seconds >= 1 else f"{round(1000 * seconds)}ms"


def _comment(text: str) -> str:
    """Return a text for a comment: on one line, whatever a label or help text holds."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def guardrails(primary: Ranked, found: Sequence[Ranked], most: int = 3) -> tuple[Ranked, ...]:
    """Return the best others that are read from other metrics than the primary KPI and than each other.

    One whose noise is not known yet is taken only if its name tells which direction is good.
    """
    chosen: list[Ranked] = []
    for one in found:
        mine = _sources(one)
        taken = [_sources(other) for other in chosen]
        if one is primary or mine == _sources(primary) or any(mine & other for other in taken):
            continue
        if (math.isfinite(one.share) or one.one.sure) and len(chosen) < most:
            chosen.append(one)
    return tuple(chosen)


def _sources(found: Ranked) -> frozenset[str]:
    return frozenset(value["metric"] for value in found.one.reading.values() if isinstance(value, dict))
