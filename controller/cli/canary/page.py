"""A canary as a page for people: facts, every KPI's numbers, and a chart of its looks for each."""

from __future__ import annotations

import math

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from controller.casebook.reading import benefit_line, harm_lines, interval
from controller.cli import tables
from controller.cli.chart import GUTTER, Mark, chart
from controller.config.config import Config
from controller.cycle.live import weights_in_force
from controller.duration import ago, duration
from controller.journal import event as ev
from controller.judging.plain import plain
from controller.model import JudgedKpi, Verdict
from controller.view import canary as view_canary
from controller.view.canary import Seen

STILL = ("held", "lapsed", "awaiting")
NONE_YET = 'no canary has run yet; `vvtvctl autopilot run-once --reason "..."` starts a cycle'
WIDTH = 78
HEAD = ("KPI", "points", "effect", "+-", "harm at", "helps at", "seen")
STYLES = {"o": "bold", "^": "bold", "v": "bold", "x": "red", "+": "green", "-": "dim"}


def page(config: Config, seen: Seen | None, now: float, out: Console) -> RenderableType:
    """Return everything that is shown of a canary."""
    if seen is None:
        return Text(NONE_YET)
    parts: list[RenderableType] = [facts_table(config, seen, now)]
    parts += [Text(), Text("At the last look", "table.title"), numbers_table(config, seen)]
    for kpi in seen.canary.kpis:
        lines = chart(marks(config, seen, kpi.kpi), width=min(WIDTH, out.width - 2))
        parts.append(Text(f"\n{kpi.kpi} ({kpi.role}): {plain(kpi.reason)}"))
        parts.extend((*map(painted, lines[:-2]), *map(Text, lines[-2:])))
    return Group(*parts)


def facts_table(config: Config, seen: Seen, now: float, *, brief: bool = False) -> Table:
    """Return what is known of the canary as a whole; in brief, without what the KPIs' own lines say."""
    facts = _facts(config, seen, now)
    if brief and seen.canary.verdict == Verdict.UNDECIDED and seen.canary.running:
        facts = [fact for fact in facts if fact[0] != "because"]
    made = tables.table(f"Canary {seen.canary.id}: {seen.doing(now)}", ("", ""), facts)
    made.show_header = False
    return made


def numbers_table(config: Config, seen: Seen) -> Table:
    """Return every KPI's numbers at the last look."""
    return tables.table("", HEAD, (_row(config, kpi) for kpi in seen.canary.kpis))


def _row(config: Config, kpi: ev.KpiLook) -> tuple[str, ...]:
    harm, benefit = boundaries(_judged(config, kpi.kpi), kpi)
    return (
        kpi.kpi,
        f"{kpi.count}",
        _signed(kpi.effect),
        tables.number(kpi.margin) if math.isfinite(kpi.margin) else "-",
        "+-" + tables.number(harm[1]) if len(harm) > 1 else _signed(*harm or (math.nan,)),
        _signed(benefit),
        "-" if math.isnan(kpi.fraction) else f"{kpi.fraction:.0%}",
    )


def _signed(value: float) -> str:
    return f"{value + 0.0:+.3g}" if math.isfinite(value) else "-"  # no -0


def _facts(config: Config, seen: Seen, now: float) -> list[tuple[str, str]]:
    canary, cycle = seen.canary, seen.cycle
    shares = ", ".join(f"{arm} {share:.3g}" for arm, share in weights_in_force(config, canary).items())
    if canary.ladder:
        ladder = ", ".join(f"{share:.3g}" for share in canary.ladder)
        shares += f" (step {len(canary.steps)} of {len(canary.ladder)}: {ladder})"
    if seen.doing(now) in STILL:
        shares += "; now all on control values"
    exposed, planned = (
        view_canary.counted_seconds(config, canary, now),
        canary.planned * config.prometheus.scrape_interval,
    )
    facts = [
        ("change", ", ".join(move.text for move in cycle.changes)),
        ("arms", shares),
        ("exposed", f"{duration(exposed)} of {duration(planned)}, warm-ups not counted"),
        (
            "looks",
            f"{canary.looks}" + (f", the last at {tables.moment(canary.last_look_at)} UTC" if canary.looks else ""),
        ),
        ("blind", f"{duration(canary.blind_for(now))} of {duration(config.canary.blind_budget)} allowed"),
        ("verdict", cycle.verdict or canary.verdict),
        ("because", "; ".join(cycle.reasons or canary.reasons) or "-"),
    ]
    if seen.unwatched(now):
        facts.append(("lease", _unwatched(canary.expires_at, now)))
    if canary.awaiting_until is not None:
        facts.append(
            ("waits", f"for `vvtvctl canary approve` or `reject` until {tables.moment(canary.awaiting_until)} UTC")
        )
    if seen.outcome:
        facts = [fact for fact in facts if fact[0] != "because"]  # the outcome's reason says the same
        facts.append(("outcome", f"{seen.outcome}: {seen.reason}"))
    return facts


def _unwatched(expired_at: float | None, now: float) -> str:
    since = now if expired_at is None else expired_at
    return (
        f"ran out {ago(since, now)}, at {tables.moment(since)} UTC, and no controller renewed it; "
        "a controller that starts goes on with it"
    )


def _judged(config: Config, kpi: str) -> JudgedKpi | None:
    return next((item for item in config.judged if item.kpi.name == kpi), None)


def marks(config: Config, seen: Seen, kpi: str) -> list[Mark]:
    """Return the looks at one KPI for its chart; boundaries only while the KPI is configured."""
    judged = _judged(config, kpi)
    return [
        Mark(item.count, item.effect, *interval(item), *boundaries(judged, item)) for _, _, item in seen.series(kpi)
    ]


def boundaries(judged: JudgedKpi | None, item: ev.KpiLook) -> tuple[tuple[float, ...], float]:
    """Return the effects beyond which a KPI is rolled back, and the one beyond which it is better, with their signs."""
    return harm_lines(item, judged), benefit_line(item, judged)


def painted(line: str) -> Text:
    """Return a line of a chart's plot in colours, which a console shows only on a terminal."""
    text = Text(line)
    for column, character in enumerate(line):
        if column >= GUTTER and character in STYLES:
            text.stylize(STYLES[character], column, column + 1)
    return text
