"""Act 2, Improve: a cycle proposes, validates, canaries and promotes a change that really helps."""

from __future__ import annotations

from controller.journal import event as ev
from controller.journal.event import Event
from controller.trials.demo.act import Act, Evidence
from controller.trials.demo.failure import require
from controller.trials.demo.stage import Stage
from exporter.catalog.controller import LOOK_DURATION


def _look_seconds(stage: Stage) -> float:
    """Return the mean time of a look, as the controller exposes it."""
    name = LOOK_DURATION.name
    stage.wait_for("the looks' durations", lambda: stage.number(f"{name}_count"), 10)
    return stage.number(f"{name}_sum / {name}_count") or 0.0


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
    impact = next(item for item in measured.impacts if item.kpi == primary.name)
    require(
        impact.before is not None and impact.after is not None and impact.after > impact.before,
        f"{primary.name} was {impact.before} before and is {impact.after} after",
    )
    move = proposed.changes[0]
    in_force = stage.arms(move.parameter)
    stage.say(f"Prometheus: {move.parameter} is {move.new:g} in every arm")
    stage.say(f"Prometheus: {primary.name} was {impact.before:.3f} and is {impact.after:.3f}")
    require(all(value == move.new for value in in_force.values()), f"not every arm has {move.new}: {in_force}")
    look_seconds = _look_seconds(stage)
    stage.say(f"Prometheus: a look at every KPI takes {look_seconds:.3f} s on average")
    looks = [e.payload for e in seen if isinstance(e.payload, ev.CanaryLooked)]
    return {
        "change": move.model_dump(),
        "rationale": proposed.rationale,
        "golden_cases": next(e.payload.cases for e in seen if isinstance(e.payload, ev.Validated)),
        "looks": len(looks),
        "look_seconds": look_seconds,
        "points": looks[-1].kpis[0].count,
        "effect": looks[-1].kpis[0].effect,
        "margin": looks[-1].kpis[0].margin,
        "before": impact.before,
        "after": impact.after,
        "predicted": impact.predicted,
        "prediction_error_ratio": impact.error_ratio,
    }


ACT = Act("Improve", "A cycle proposes, validates, canaries and promotes a change that really helps.", play)
