"""Autopilot Health: what the controller does, what it sees, and whether it can be trusted."""

from __future__ import annotations

from exporter import names
from exporter.catalog.controller import (
    BOUNDS_ADJUSTMENTS,
    BOUNDS_EXHAUSTED,
    CANARY_BOUNDARY,
    CANARY_EFFECT,
    CANARY_INFORMATION,
    CANARY_INTERVAL,
    CANARY_MARGIN,
    CANARY_NOISE,
    CANARY_PAUSED,
    CANARY_VERDICT,
    CYCLES,
    INCIDENTS,
    JOURNAL_EVENTS,
    LAST_CHANGE,
    LAST_LOOK,
    LOOK_DURATION,
    MEASURED_EFFECT,
    PARAMETER_BOUND,
    PARAMETER_TARGET,
    PAUSED,
    PHASE,
    PREDICTED_EFFECT,
    PREDICTED_INTERVAL,
    PREDICTION_COVERAGE,
    PREDICTION_ERROR,
    PREDICTION_ERROR_P50,
    PREDICTION_KPI,
    PROMOTION_CHANCE,
    PROMQL_DURATION,
    PROMQL_ERRORS,
    SLIDING_BOUND,
    TRIALS,
)
from exporter.catalog.planner import NOVELTY_KPI, PARAMETER_VALUE
from grafana.board import Board, Link, Query, Row
from grafana.boards._drift import DRIFT
from grafana.boards._events import EVENTS
from grafana.boards._schedule import SCHEDULE
from grafana.boards._triage import TRIAGE
from grafana.display import (
    ALERT_STATES,
    BLUE,
    GREEN,
    GREY,
    HOLD_STATES,
    ORANGE,
    PAUSE_STATES,
    PER_SECOND,
    PURPLE,
    RED,
    UNITS,
    UP_STATES,
    YELLOW,
    Step,
    band_steps,
    states,
)
from grafana.panel import (
    FULL,
    THIRD,
    kpi_timeseries,
    stat,
    state_timeline,
    table,
    text,
    timeseries,
)
from grafana.query import UP, alert_states, grouped, increase, quantile, rate, series, state_code

_BUSINESS = Link("Business Logic Overview", names.DASHBOARD_BUSINESS)
_PHASES = states(
    PHASE.values[names.PHASE],
    {
        "idle": GREY,
        "observing": BLUE,
        "analysing": BLUE,
        "proposing": PURPLE,
        "validating": PURPLE,
        "canary": YELLOW,
        "deciding": ORANGE,
        "applying": GREEN,
        "measuring": GREEN,
        "learning": GREEN,
    },
)
_VERDICTS = states(
    CANARY_VERDICT.values[names.VERDICT],
    {
        "none": GREY,
        "undecided": BLUE,
        "proceed": GREEN,
        "rollback": RED,
        "inconclusive": YELLOW,
        "blind": PURPLE,
    },
)
_ABOUT = """A cycle makes one change: observe, analyse, propose, validate, canary, decide, apply, measure, learn.
A canary is promoted when its effect on the primary KPI lies beyond the benefit boundary on the good side and no
guardrail is harmed; it is rolled back on harm, reverted when nothing can be told, and held while data are missing
(*blind*). `vvtvctl canary status --watch` follows it, `vvtvctl canary explain last` tells why it ended.
`vvtvctl autopilot history` gives the reasons. Marks: green a promotion, orange a canary rolled back, purple a change
by hand, yellow a pause, blue its end, red alerts."""

_LOW = series(PARAMETER_BOUND, side="low")
_HIGH = series(PARAMETER_BOUND, side="high")
_BY_PARAMETER = f"by ({names.PARAMETER})"
_SPAN = f"(max {_BY_PARAMETER} ({_HIGH}) - max {_BY_PARAMETER} ({_LOW}))"
_POSITION = f"(max {_BY_PARAMETER} ({series(PARAMETER_TARGET)}) - max {_BY_PARAMETER} ({_LOW})) / {_SPAN}"


def _sliding(side: str) -> str:
    """Return where a sliding bound stands between the hard bounds, from 0 to 1."""
    bound = f"max {_BY_PARAMETER} ({series(SLIDING_BOUND, side=side)})"
    return f"({bound} - max {_BY_PARAMETER} ({_LOW})) / {_SPAN}"


_ROLLBACK_SHARE = f"{increase(CYCLES, outcome='rolled_back')} / clamp_min({increase(CYCLES)}, 1)"
_RATIO = "percentunit"
COVERED = 0.95
"""Share of the predicted intervals that promise to hold what is measured."""
UNCOVERED = 0.8
"""Share below which PredictionCoverage fires."""
STALLED = 300
"""Age of the last step, in seconds, from which on AutopilotStalled is pending."""

_NOW = Row(
    "Now",
    (
        state_timeline(
            "Phase",
            PHASE.help,
            Query(state_code(PHASE), "phase"),
            values=_PHASES,
            size=(FULL, 4),
        ),
        stat("Autopilot", PAUSED.help, Query(grouped("max", PAUSED)), unit="none", values=PAUSE_STATES),
        stat("Canary", CANARY_PAUSED.help, Query(grouped("max", CANARY_PAUSED)), unit="none", values=HOLD_STATES),
        stat(
            "Age of the last step",
            LAST_LOOK.help,
            Query(f"time() - {grouped('max', LAST_LOOK)}"),
            unit="s",
            steps=(Step(None, GREEN), Step(STALLED, RED)),
        ),
        stat(
            "Incidents in this range",
            INCIDENTS.help,
            Query(increase(INCIDENTS)),
            unit=UNITS[INCIDENTS.unit],
            link=_BUSINESS,
        ),
        stat(
            "Rollback rate in this range",
            "Share of the cycles finished in this range that ended in a rollback; 0 when none has finished.",
            Query(_ROLLBACK_SHARE),
            unit=_RATIO,
        ),
        stat("Journal", JOURNAL_EVENTS.help, Query(grouped("max", JOURNAL_EVENTS)), unit=UNITS[JOURNAL_EVENTS.unit]),
        state_timeline(
            "Alerts",
            "Alerts about the service and about the autopilot; a critical one about the service pauses the canary.",
            Query(alert_states(names.JOB_SERVICE, names.JOB_CONTROLLER), "{{alertname}}"),
            values=ALERT_STATES,
            size=(16, 6),
            link=_BUSINESS,
        ),
        text("How to read this board", _ABOUT, size=(8, 6)),
    ),
)
_CANARY = Row(
    "The last canary",
    (
        timeseries(
            "Effect per KPI",
            f"{CANARY_EFFECT.help} No value before the first canary.",
            Query(grouped("avg", CANARY_EFFECT, names.KPI), "{{kpi}}"),
            unit=UNITS[CANARY_EFFECT.unit],
            size=(THIRD, 8),
            link=_BUSINESS,
        ),
        timeseries(
            "Margin per KPI",
            f"{CANARY_MARGIN.help} No value before the first canary.",
            Query(grouped("avg", CANARY_MARGIN, names.KPI), "{{kpi}}"),
            unit=UNITS[CANARY_MARGIN.unit],
            size=(THIRD, 8),
            minimum=0,
            link=_BUSINESS,
        ),
        state_timeline(
            "Verdict per KPI",
            CANARY_VERDICT.help,
            Query(state_code(CANARY_VERDICT, names.KPI), "{{kpi}}"),
            values=_VERDICTS,
            size=(THIRD, 8),
            link=_BUSINESS,
        ),
        timeseries(
            "Interval per KPI",
            f"{CANARY_INTERVAL.help} While it holds 0, neither harm nor benefit is proven.",
            Query(grouped("avg", CANARY_INTERVAL, names.KPI, names.SIDE), "{{kpi}} {{side}}"),
            unit=UNITS[CANARY_INTERVAL.unit],
            size=(THIRD, 8),
        ),
        timeseries(
            "Boundaries per KPI",
            CANARY_BOUNDARY.help,
            Query(grouped("avg", CANARY_BOUNDARY, names.KPI, names.SIDE), "{{kpi}} {{side}}"),
            unit=UNITS[CANARY_BOUNDARY.unit],
            size=(THIRD, 8),
            minimum=0,
        ),
        timeseries(
            "Information and noise per KPI",
            f"{CANARY_INFORMATION.help} {CANARY_NOISE.help}",
            Query(grouped("avg", CANARY_INFORMATION, names.KPI), "{{kpi}} information"),
            Query(grouped("avg", CANARY_NOISE, names.KPI), "{{kpi}} noise"),
            unit=_RATIO,
            size=(THIRD, 8),
            minimum=0,
        ),
    ),
)
_CYCLES = Row(
    "Cycles and what they taught",
    (
        timeseries(
            "Cycles by outcome",
            CYCLES.help,
            Query(grouped("max", CYCLES, names.OUTCOME), "{{outcome}}"),
            unit=UNITS[CYCLES.unit],
            size=(THIRD, 8),
            minimum=0,
        ),
        kpi_timeseries(NOVELTY_KPI, names.VARIANT, size=(THIRD, 8), link=_BUSINESS),
        timeseries(
            "Canaries learnt from",
            TRIALS.help,
            Query(grouped("max", TRIALS), "canaries"),
            unit=UNITS[TRIALS.unit],
            size=(THIRD, 8),
            minimum=0,
        ),
    ),
)
_PREDICTIONS = Row(
    "What was predicted, and what came of it",
    (
        table(
            "The last prediction against its measurement",
            "Per KPI, in its unit: the predicted effect, the 95 % interval for what the canary measures, and what it "
            "measured. While a new canary runs, the measurement is still that of the proposal before.",
            ("predicted", Query(grouped("max", PREDICTED_EFFECT, names.KPI), instant=True)),
            ("at least", Query(grouped("max", PREDICTED_INTERVAL, names.KPI, side="low"), instant=True)),
            ("at most", Query(grouped("max", PREDICTED_INTERVAL, names.KPI, side="high"), instant=True)),
            ("measured", Query(grouped("max", MEASURED_EFFECT, names.KPI), instant=True)),
            size=(FULL, 7),
        ),
        timeseries(
            "Predicted and measured effect per KPI",
            f"{PREDICTED_EFFECT.help} {PREDICTED_INTERVAL.help} {MEASURED_EFFECT.help}",
            Query(grouped("avg", PREDICTED_EFFECT, names.KPI), "{{kpi}} predicted"),
            Query(grouped("avg", PREDICTED_INTERVAL, names.KPI, names.SIDE), "{{kpi}} predicted {{side}}"),
            Query(grouped("avg", MEASURED_EFFECT, names.KPI), "{{kpi}} measured"),
            unit=UNITS[PREDICTED_EFFECT.unit],
            link=_BUSINESS,
        ),
        timeseries(
            PREDICTION_KPI.title,
            f"{PREDICTION_KPI.help} {PREDICTION_ERROR_P50.help} The last error is the whole one, and often near 100 %.",
            Query(grouped("avg", PREDICTION_ERROR_P50, names.KPI), "{{kpi}} p50 beyond noise"),
            Query(grouped("avg", PREDICTION_ERROR, names.KPI), "{{kpi}} last"),
            unit=UNITS[PREDICTION_KPI.unit],
            steps=band_steps(PREDICTION_KPI),
            minimum=0,
        ),
        timeseries(
            "Coverage of the predicted intervals",
            f"{PREDICTION_COVERAGE.help} About 95 % is right: less is overconfident, 100 % of 50 too cautious.",
            Query(grouped("avg", PREDICTION_COVERAGE, names.KPI), "{{kpi}}"),
            Query(f"vector({COVERED:g})", "as promised"),
            unit=_RATIO,
            steps=(Step(None, RED), Step(UNCOVERED, GREEN)),
            minimum=0,
            maximum=1,
        ),
        timeseries(
            "Chance of a promotion",
            PROMOTION_CHANCE.help,
            Query(grouped("max", PROMOTION_CHANCE), "chance"),
            unit=_RATIO,
            minimum=0,
            maximum=1,
        ),
    ),
)
_PARAMETERS = Row(
    "Parameters and their hard bounds",
    (
        timeseries(
            "Position between the hard bounds",
            "Where each parameter stands between its low bound (0) and its high bound (1).",
            Query(_POSITION, "{{parameter}}"),
            unit=_RATIO,
            steps=(Step(None, RED), Step(0.0, GREEN), Step(1.0, RED)),
            minimum=0,
            maximum=1,
        ),
        timeseries(
            "Values per arm",
            PARAMETER_VALUE.help,
            Query(grouped("max", PARAMETER_VALUE, names.PARAMETER, names.VARIANT), "{{parameter}} {{variant}}"),
            unit=UNITS[PARAMETER_VALUE.unit],
            link=_BUSINESS,
        ),
        timeseries(
            "Sliding bounds",
            f"{SLIDING_BOUND.help} Shown between the hard bounds, 0 and 1.",
            Query(_sliding("low"), "{{parameter}} low"),
            Query(_sliding("high"), "{{parameter}} high"),
            unit=_RATIO,
            size=(THIRD, 8),
            minimum=0,
            maximum=1,
        ),
        timeseries(
            "Adjustments of bounds in this range",
            "Adjustments of a parameter's bounds in the range that the dashboard shows, by kind.",
            Query(increase(BOUNDS_ADJUSTMENTS, names.PARAMETER, names.KIND), "{{parameter}} {{kind}}"),
            unit=UNITS[BOUNDS_ADJUSTMENTS.unit],
            size=(THIRD, 8),
            minimum=0,
        ),
        timeseries(
            "Bounds at their floor",
            BOUNDS_EXHAUSTED.help,
            Query(grouped("max", BOUNDS_EXHAUSTED, names.PARAMETER), "{{parameter}}"),
            unit=UNITS[BOUNDS_EXHAUSTED.unit],
            size=(THIRD, 8),
            minimum=0,
            maximum=1,
        ),
        table(
            "Values and bounds",
            "What the controller has set, and the bounds that no value ever leaves.",
            ("set", Query(grouped("max", PARAMETER_TARGET, names.PARAMETER), instant=True)),
            ("low bound", Query(grouped("max", PARAMETER_BOUND, names.PARAMETER, side="low"), instant=True)),
            ("high bound", Query(grouped("max", PARAMETER_BOUND, names.PARAMETER, side="high"), instant=True)),
            size=(16, 8),
        ),
        timeseries(
            "Time since the last change",
            f"{LAST_CHANGE.help} The marks over the panels stand at these times.",
            Query(f"time() - max by ({names.KIND}) ({series(LAST_CHANGE)} > 0)", "{{kind}}"),
            unit="s",
            size=(THIRD, 8),
            minimum=0,
        ),
    ),
)
_SIGHT = Row(
    "Its eyes: Prometheus",
    (
        timeseries(
            "Time of a query, and of a look at a canary",
            f"{PROMQL_DURATION.help} {LOOK_DURATION.help}",
            Query(quantile(PROMQL_DURATION, 0.5), "query p50"),
            Query(quantile(PROMQL_DURATION, 0.99), "query p99", exemplar=True),
            Query(quantile(LOOK_DURATION, 0.99), "look p99", exemplar=True),
            unit=UNITS[PROMQL_DURATION.unit],
            size=(THIRD, 8),
            minimum=0,
        ),
        timeseries(
            "Failed queries",
            PROMQL_ERRORS.help,
            Query(rate(PROMQL_ERRORS, names.REASON), "{{reason}}"),
            unit=PER_SECOND,
            size=(THIRD, 8),
            minimum=0,
        ),
        state_timeline(
            "Scrape targets",
            "Whether each target answered its last scrape.",
            Query(f"min by (job, instance) ({UP})", "{{job}} {{instance}}"),
            values=UP_STATES,
            size=(THIRD, 8),
        ),
    ),
)

BOARD = Board(
    uid=names.DASHBOARD_AUTOPILOT,
    title="Autopilot Health",
    description="What the autopilot is doing, what its last canary showed, and how well it predicts.",
    rows=(_NOW, _CANARY, _CYCLES, _PREDICTIONS, DRIFT, _PARAMETERS, _SIGHT, SCHEDULE, TRIAGE),
    links=(_BUSINESS,),
    events=EVENTS,
)
