"""A running canary's page on one screen: every number, and as many charts as there is room for."""

from __future__ import annotations

import math

from rich.console import Console, Group, RenderableType
from rich.text import Text

from controller.casebook.reading import harm_share
from controller.casebook.words import Terms
from controller.cli.canary.page import WIDTH, facts_table, marks, numbers_table, page, painted
from controller.cli.chart import GUTTER, LEGEND, LOWEST, TALLEST, chart
from controller.config.config import Config
from controller.counted import counted
from controller.journal.event import KpiLook
from controller.model import Role
from controller.view.canary import Seen

AROUND = 3  # lines of a chart besides its plot: a blank one, its title, its foot
BELOW = 3  # lines under the charts: the legend, how many there is no room for, and the cursor's
CLEAR = 5  # lines of a plot from which on two low ones say more than one that is twice as high


def fitted(config: Config, seen: Seen | None, now: float, out: Console) -> RenderableType:
    """Return what is shown of a canary that goes on, no higher than the screen; the whole page of any other."""
    if seen is None or seen.over:
        return page(config, seen, now, out)
    head = Group(facts_table(config, seen, now, brief=True), Text(), numbers_table(config, seen))
    room = out.height - len(out.render_lines(head)) - BELOW
    count = min(len(seen.canary.kpis), max(room // (CLEAR + AROUND), int(room >= LOWEST + AROUND)))
    parts: list[RenderableType] = [head]
    for kpi in _urgent(config, seen)[:count]:
        height = min(TALLEST, room // count - AROUND)
        lines = chart(marks(config, seen, kpi.kpi), width=min(WIDTH, out.width - 2), height=height)
        if lines[-1].endswith(LEGEND):  # it stands once, below all of them
            lines = lines[:-1]
        parts += [Text(), Text(f"{kpi.kpi} ({kpi.role}): {kpi.reason}", no_wrap=True, overflow="ellipsis")]
        parts += [*map(painted, lines[:-1]), Text(lines[-1])]
    if count:
        parts.append(Text(" " * GUTTER + LEGEND))
    if missing := len(seen.canary.kpis) - count:
        parts.append(Text(f"{counted(missing, 'more chart')} in a higher window", "dim"))
    return Group(*parts)


def _urgent(config: Config, seen: Seen) -> list[KpiLook]:
    """Return the KPIs in the order in which they are worth a chart: the primary one, then whichever is nearest harm."""
    terms = Terms.of(config)

    def key(kpi: KpiLook) -> tuple[bool, float]:
        share = harm_share(kpi, terms.judged(kpi.kpi))
        return kpi.role != Role.PRIMARY, math.inf if math.isnan(share) else -share

    return sorted(seen.canary.kpis, key=key)
