"""The values in force, and when each came to be so."""

from __future__ import annotations

from collections.abc import Iterable

from controller.journal import event as ev
from controller.moment import moment
from controller.report.markdown import table
from controller.report.material import Material
from controller.report.section import Section
from exporter.parameter import Value, shown

_Setting = ev.Adopted | ev.Applied | ev.RolledBack | ev.Deployed


def section(material: Material) -> Section:
    """Return every parameter with its value, its hard bounds or choices, and since when it has that value."""
    state, since = material.state, _since(material.events)
    rows = []
    data = []
    for name, spec in material.config.parameters.items():
        now = state.values.get(name)
        at = since.get(name, (None, 0.0))[1] if now is not None else None
        text = "-" if now is None else shown(now)
        may = ", ".join(spec.choices) or f"{spec.low:g} to {spec.high:g}"
        rows.append((name, text, may, "-" if at is None else f"{moment(at)} UTC"))
        data.append({"parameter": name, "value": now, "low": spec.low, "high": spec.high, "since": at})
    version = (
        f"Version {state.version[:12]}." if state.version else "No values are in force yet: no controller has run."
    )
    lines = (version, "", *table(("parameter", "value", "hard bounds, or choices", "since"), rows))
    return Section("values", "Values in force", lines, {"version": state.version or None, "parameters": data})


def _since(events: Iterable[ev.Event]) -> dict[str, tuple[Value | None, float]]:
    """Return each parameter's last value and the time of the event that set it."""
    found: dict[str, tuple[Value | None, float]] = {}
    for event in events:
        if not isinstance(event.payload, _Setting):
            continue
        for name, now in event.payload.values.items():
            if name not in found or found[name][0] != now:
                found[name] = (now, event.at)
    return found
