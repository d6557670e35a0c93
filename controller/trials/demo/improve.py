"""Act 2, Improve: a cycle chooses a change and predicts what it does; it is canaried, helps, and is promoted."""

from __future__ import annotations

from controller.journal import event as ev
from controller.journal.event import Event
from controller.trials.demo import impact
from controller.trials.demo.act import Act, Evidence
from controller.trials.demo.failure import require
from controller.trials.demo.stage import Stage
from exporter.catalog.controller import LOOK_DURATION
from exporter.parameter import shown


def _look_seconds(stage: Stage) -> float:
    """Return the mean time of a look, as the controller exposes it."""
    name = LOOK_DURATION.name
    stage.wait_for("the looks' durations", lambda: stage.number(f"{name}_count"), 10)
    return stage.number(f"{name}_sum / {name}_count") or 0.0


def _told(stage: Stage, proposed: ev.Proposed, measured: ev.Measured) -> None:
    """Tell the prediction beside what the canary measured."""
    moves = ", ".join(move.text for move in proposed.changes)
    stage.say(
        f"{moves}, what it was to do and what it did (it was given a chance of {proposed.chance:.0%} to be promoted):"
    )
    for line in impact.lines(measured.impacts):
        stage.say(f"  {line}")
    stage.say(f"  {impact.LEGEND}")


def _in_force(stage: Stage, proposed: ev.Proposed) -> None:
    """Require that every arm has the promoted values."""
    for move in proposed.changes:
        found = stage.arms(move.parameter)
        stage.say(f"Prometheus: {move.parameter} is {shown(move.new)} in every arm")
        require(all(value == move.new for value in found.values()), f"not every arm has {move.new}: {found}")


def play(stage: Stage) -> Evidence:
    """Run one cycle of the autopilot's own."""
    primary = stage.desk.config.judged[0].kpi
    seen: list[Event] = []

    def tell(event: Event) -> None:
        seen.append(event)
        stage.tell(event)

    with stage.narrator.waiting("the cycle: observe, propose, validate, canary, decide, measure"):
        end = stage.desk.cycle(None, "demo: improve", tell)
    require(end.outcome == "promoted", f"the cycle ended as {end.outcome}: {end.reason}")
    proposed = next(e.payload for e in seen if isinstance(e.payload, ev.Proposed))
    measured = next(e.payload for e in seen if isinstance(e.payload, ev.Measured))
    main = next(item for item in measured.impacts if item.kpi == primary.name)
    require(
        main.before is not None and main.after is not None and main.after > main.before,
        f"{primary.name} was {main.before} before and is {main.after} after",
    )
    _told(stage, proposed, measured)
    _in_force(stage, proposed)
    stage.say(f"Prometheus: {primary.name} was {main.before:.3f} and is {main.after:.3f}")
    look_seconds = _look_seconds(stage)
    stage.say(f"Prometheus: a look at every KPI takes {look_seconds:.3f} s on average")
    looks = [e.payload for e in seen if isinstance(e.payload, ev.CanaryLooked)]
    return {
        "changes": [move.model_dump() for move in proposed.changes],
        "rationale": proposed.rationale,
        "chance": proposed.chance,
        "golden_cases": next(e.payload.cases for e in seen if isinstance(e.payload, ev.Validated)),
        "looks": len(looks),
        "look_seconds": look_seconds,
        "points": looks[-1].kpis[0].count,
        "effect": looks[-1].kpis[0].effect,
        "margin": looks[-1].kpis[0].margin,
        "before": main.before,
        "after": main.after,
        "impacts": impact.document(measured.impacts),
    }


ACT = Act(
    "Improve", "A cycle chooses a change and predicts what it does; it is canaried, helps, and is promoted.", play
)
