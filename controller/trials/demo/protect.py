"""Act 3, Protect: a forced harmful change is rolled back before its planned end; control traffic never sees it."""

from __future__ import annotations

from controller.journal import event as ev
from controller.journal.event import Event
from controller.trials.demo.act import Act, Evidence
from controller.trials.demo.failure import require
from controller.trials.demo.stage import Stage
from exporter import reference

HARMFUL = 0.35
"""A temperature at which the reference service bores its viewers."""


def _range(stage: Stage, arm: str, seconds: float) -> tuple[float | None, float | None]:
    selector = f'vvtv_parameter_value{{parameter="{reference.TEMPERATURE}",variant="{arm}"}}[{round(seconds)}s]'
    return stage.number(f"min_over_time({selector})"), stage.number(f"max_over_time({selector})")


def play(stage: Stage) -> Evidence:
    """Force the harmful change into a canary and watch what each arm got."""
    before = float(stage.desk.state().values[reference.TEMPERATURE])
    started = stage.clock.now()
    seen: list[Event] = []

    def tell(event: Event) -> None:
        seen.append(event)
        stage.tell(event)

    with stage.narrator.waiting("the autopilot to notice the harm"):
        end = stage.desk.cycle({reference.TEMPERATURE: HARMFUL}, "demo: a harmful idea", tell)
    require(end.outcome == "rolled_back", f"the cycle ended as {end.outcome}: {end.reason}")
    canary = next(e.payload for e in seen if isinstance(e.payload, ev.CanaryStarted))
    look = [e.payload for e in seen if isinstance(e.payload, ev.CanaryLooked)][-1]
    points = min(kpi.count for kpi in look.kpis)
    require(points < canary.planned, f"it took {points} of {canary.planned} points")
    seconds = stage.clock.now() - started
    control, canaried = _range(stage, "control", seconds), _range(stage, "canary", seconds)
    require(control == (before, before), f"control saw {control}")
    require(canaried[0] == HARMFUL, f"the canary arm saw {canaried}")
    stage.say(
        f"Prometheus, over these {seconds:.0f} s: control's temperature stayed {before:g}, "
        f"the canary's went down to {HARMFUL:g}"
    )
    return {
        "forced": {reference.TEMPERATURE: HARMFUL},
        "points": points,
        "planned_points": canary.planned,
        "reasons": list(look.reasons),
        "control_saw": list(control),
        "canary_saw": list(canaried),
    }


ACT = Act("Protect", "A forced harmful change is rolled back before its planned end; control never sees it.", play)
