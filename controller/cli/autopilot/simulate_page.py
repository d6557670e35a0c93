"""What `vvtvctl autopilot simulate` found, for people: the figures, one line that sums them up, and the course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from controller.cli import tables
from controller.cli.autopilot.simulate_document import Asked
from controller.counted import counted
from controller.trials.simulation.record import Happened
from controller.trials.simulation.seeds import Played
from controller.trials.simulation.summary import Figure, summary
from controller.trials.simulation.task import Trial

MEANS = {
    "regret": "missed gain: 1 is doing nothing, 0 the best safe values",
    "canaries": "changes tried",
    "promotions": "changes kept",
    "rollbacks": "changes proven harmful",
    "unsafe_canaries": "tried values that truly crossed a limit",
    "unsafe_promotions": "of those, kept",
    "unsafe_hours": "hours beyond a limit, weighted by the share of the units",
    "unsafe_canary_hours": "of those, in canaries",
    "unsafe_live_hours": "of those, outside of canaries",
    "coverage95": "measured effects inside their predicted 95 % interval",
    "predictions": "effects that were predicted and measured",
    "prediction_error_p50": "median error of the predicted gain after 15 canaries",
    "promoted_error_p50": "the same, of what was promoted",
    "noise_error_p50": "true against measured gain: what no prediction can beat",
    "unexplained_error_p50": "what is left of the error beyond the measurements' noise",
}
"""Every figure in a few words; docs/simulation.md has the definitions."""


def show(asked: Asked, played: Sequence[Played]) -> None:
    """Print it."""
    out = tables.console()
    together = summary([one.result for one in played])
    count = len(played)
    limit = asked.course if asked.course is not None else (len(played[0].happened) if count == 1 else 0)
    if limit:
        for one in played:
            _course(out, one, limit)
    rows = [
        (name, _with_error(figure), *((figure.count,) if count > 1 else ()), MEANS.get(name, ""))
        for name, figure in together.items()
    ]
    columns = ("figure", "mean +- se", "seeds", "is") if count > 1 else ("figure", "value", "is")
    out.print(Text(_title(asked, played), "bold"), soft_wrap=True)
    out.print(tables.table("", columns, rows))
    struck = sum((Counter(one.result.faults) for one in played), Counter[str]())
    if struck:
        out.print(Text("faults that struck: " + ", ".join(f"{name} {n}" for name, n in sorted(struck.items()))))
    out.print()
    out.print(Text(sentence(asked, count, together["regret"], together["unsafe_promotions"])), soft_wrap=True)


def sentence(asked: Asked, seeds: int, regret: Figure, unsafe: Figure) -> str:
    """Return the line that sums up."""
    promoted = round((unsafe.mean or 0.0) * unsafe.count)
    missed = (
        "nothing was to be gained: the start is the best"
        if regret.mean is None
        else f"regret {_with_error(regret)} of doing nothing"
    )
    times = f"{asked.setting.days} days" if seeds == 1 else f"{seeds} x {asked.setting.days} days"
    return f"{missed}; {counted(promoted, 'unsafe promotion')} in {times}"


def _title(asked: Asked, played: Sequence[Played]) -> str:
    first, last = played[0].result.seed, played[-1].result.seed
    seeds = f"seed {first}" if first == last else f"seeds {first} to {last}"
    faults = "no faults" if asked.faults == "none" else f"{asked.faults} faults"
    seconds = sum(one.seconds for one in played) / len(played)
    return (
        f"{asked.proposer} on {asked.plant}: {asked.setting.days} days, {asked.setting.level} level, {faults}, {seeds} "
        f"({seconds:.2g} s each)"
    )


def _with_error(figure: Figure) -> str:
    """Return `0.174 +- 0.011`, the error to two digits and the mean as fine as that."""
    if figure.mean is None:
        return "-"
    if figure.se is None:
        return tables.number(figure.mean)
    error = f"{figure.se:.2g}"
    decimals = len(error.partition(".")[2]) if "e" not in error else 4
    return f"{figure.mean:.{decimals}f} +- {error}"


def _course(out: Console, one: Played, limit: int) -> None:
    ran = [(item, item.trial) for item in one.happened if item.trial is not None]
    rows = [_row(item, trial, one.primary) for item, trial in ran[:limit]]
    title = f"Canaries of seed {one.result.seed}: the change, and what it does to {one.primary}"
    if rows:
        out.print(tables.table(title, ("day", "change", "predicted (95 %)", "measured", "ended"), rows))
    if len(ran) > limit:
        out.print(f"and {len(ran) - limit} more")
    if ran:
        last = ran[-1][1]
        ended = last.tried if last.promoted else last.base
        values = ", ".join(f"{name} {tables.number(value)}" for name, value in ended.items())
        out.print(Text(f"in force at the end: {values}"), soft_wrap=True)
    missed = Counter(item.reason for item in one.happened if item.trial is None)
    if missed:
        out.print(Text("no canary: " + _counted(missed.items())), soft_wrap=True)
    out.print()


def _counted(pairs: Iterable[tuple[str, int]]) -> str:
    return "; ".join(f"{count} x {reason}" for reason, count in pairs)


def _row(item: Happened, trial: Trial, primary: str) -> tuple[str, ...]:
    moves = {name: value - trial.base[name] for name, value in trial.tried.items() if value != trial.base[name]}
    predicted = item.idea.predicted.get(primary) if item.idea else None
    measured = trial.effects.get(primary)
    return (
        f"{item.day:.4g}",
        ", ".join(f"{name} {move:+.3g}" for name, move in moves.items()),
        "-" if predicted is None else f"{predicted.effect:+.3g} ({predicted.low:+.3g} to {predicted.high:+.3g})",
        "-" if measured is None else f"{measured.mean:+.3g} +- {measured.se:.2g}",
        f"{trial.verdict}" + ("" if item.safe else ", unsafe"),
    )
