"""What KPIs, limits, utility and priors of autopilot.yaml must agree on: found once all sections are read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from controller.config.config import Config
from exporter.metric import Direction

Place = tuple[str | int, ...]


def contradictions(config: Config) -> Iterator[tuple[Place, str]]:
    """Yield what is wrong: where it stands, and what to do. The KPIs that are named must be known."""
    yield from _limits(config)
    yield from _utility(config)
    yield from _priors(config)


def _limits(config: Config) -> Iterator[tuple[Place, str]]:
    for index, rail in enumerate(config.kpis.guardrails):
        if rail.limit is not None and config.known_kpis[rail.kpi].direction is Direction.BAND:
            yield (
                ("kpis", "guardrails", index, "limit"),
                f"{rail.kpi} is to stay in a band, which says it all: remove the limit",
            )


def _utility(config: Config) -> Iterator[tuple[Place, str]]:
    known = [judged.kpi.name for judged in config.judged]
    for name in config.kpis.utility:
        if name not in known:
            yield ("kpis", "utility", name), f"it is neither the primary KPI nor a guardrail{_near(name, known)}"
            return
    try:
        _ = config.terms
    except ValueError as error:
        yield ("kpis", "utility"), str(error)


def _priors(config: Config) -> Iterator[tuple[Place, str]]:
    rails = [rail.kpi for rail in config.kpis.guardrails]
    for parameter, section in config.parameters.items():
        for name in section.prior.kpis:
            place = ("parameters", parameter, "prior", "kpis", name)
            if name == config.kpis.primary:
                yield place, "it is the primary KPI, whose prior stands directly under `prior`"
            elif name not in rails:
                yield place, f"it is no guardrail{_near(name, rails)}"


def _near(wrong: str, right: Iterable[str]) -> str:
    near = difflib.get_close_matches(wrong, list(right), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known here: {', '.join(right) or 'none'}"
