"""What was learnt: the effect of every parameter on every KPI as the response models have it, beside the priors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from controller.report.learnt import Learnt, Model, ground, learnt, models
from controller.report.markdown import number, span, table
from controller.report.material import Material
from controller.report.section import Section

_EFFECTS = ("parameter", "step", "learnt effect", "95 % interval", "prior", "canaries that moved it")
_MODELS = ("KPI", "canaries", "calibration", "found wrong")
_NOTE = (
    "Effects are those of one step upwards from the values in force (the last step below a bound that leaves no more), "
    "of a choice those of each switch, in the KPI's unit. A prior is a mean, give or take one standard deviation; the "
    "models allow for priors that are far off, so that intervals without any measurement are wider."
)


def section(material: Material) -> Section:
    """Return the models, and a table of effects for each KPI."""
    known = ground(material.config, material.events, material.state, material.until)
    about, found = models(known), learnt(known)
    lines = [*table(_MODELS, (_model(item) for item in about)), "", _NOTE, ""]
    for model in about:
        rows = [item for item in found if item.kpi == model.kpi]
        lines += [f"### {model.kpi}", "", *table(_EFFECTS, (_row(item) for item in rows)), ""]
    lines += _unmoved(found)
    return Section(
        "model",
        "What was learnt",
        tuple(lines),
        {"kpis": [asdict(item) for item in about], "effects": [asdict(item) for item in found]},
    )


def _model(item: Model) -> tuple[str, ...]:
    times = {0: "never", 1: "once"}.get(item.doubts, f"{item.doubts} times")
    return item.kpi, str(item.canaries), number(item.calibration, ".2f"), times


def _row(item: Learnt) -> tuple[str, ...]:
    return (
        item.parameter,
        item.step,
        number(item.effect, "+.3g"),
        span(item.low, item.high),
        f"{number(item.prior, '+.3g')} +- {number(item.prior_sd, '.3g')}",
        str(item.canaries) if item.canaries else "none yet",
    )


def _unmoved(found: Sequence[Learnt]) -> tuple[str, ...]:
    """Return which parameters no canary has moved."""
    moved = {item.parameter for item in found if item.canaries}
    never = [name for name in dict.fromkeys(item.parameter for item in found) if name not in moved]
    return (f"Nobody has moved {', '.join(never)} yet: what stands there is believed, not measured.",) if never else ()
