"""The planner: what it selects, how diverse and how new that is."""

from __future__ import annotations

from exporter import names
from exporter.metric import Direction, GaugeReading, Kind, Kpi, Metric, Selector, Unit

_ARMS = {names.VARIANT: names.ARMS}

SELECTIONS = Metric(
    name="vvtv_selections_total",
    kind=Kind.COUNTER,
    help="Selections made by the planner.",
    component="planner",
    labels=(names.VARIANT,),
    values=_ARMS,
    unit=Unit.COUNT,
)
SELECTION_DURATION = Metric(
    name="vvtv_selection_duration_seconds",
    kind=Kind.HISTOGRAM,
    help="Time the planner took for one selection.",
    component="planner",
    labels=(names.VARIANT,),
    values=_ARMS,
    unit=Unit.SECONDS,
    buckets=(0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1),
)
SELECTION_ENTROPY = Metric(
    name="vvtv_selection_entropy_ratio",
    kind=Kind.GAUGE,
    help="Shannon entropy of the categories selected in the last window, divided by its maximum; 1 is fully diverse.",
    component="planner",
    labels=(names.VARIANT,),
    values=_ARMS,
    unit=Unit.RATIO,
)
NOVELTY_KLD = Metric(
    name="vvtv_novelty_temporal_kld_nats",
    kind=Kind.GAUGE,
    help="Kullback-Leibler divergence of the last window's categories from those of the windows before it.",
    component="planner",
    labels=(names.VARIANT,),
    values=_ARMS,
    unit=Unit.NATS,
)
PARAMETER_VALUE = Metric(
    name="vvtv_parameter_value",
    kind=Kind.GAUGE,
    help="Value of a tunable parameter in force, per arm, as the service applies it.",
    component="planner",
    labels=(names.PARAMETER, names.VARIANT),
    values=_ARMS,
    unit=Unit.NONE,
)
PARAMETER_FILE_ERRORS = Metric(
    name="vvtv_parameter_file_errors_total",
    kind=Kind.COUNTER,
    help="Reloads of the live parameter file that failed and left the last good values in force.",
    component="planner",
    labels=(names.REASON,),
    values={names.REASON: ("missing", "unreadable", "invalid")},
    unit=Unit.COUNT,
)
PARAMETER_FILE_AGE = Metric(
    name="vvtv_parameter_file_loaded_timestamp_seconds",
    kind=Kind.GAUGE,
    help="Unix time at which the live parameter file was last read successfully.",
    component="planner",
    unit=Unit.TIMESTAMP,
)
CANARY_EXPIRED = Metric(
    name="vvtv_canary_expired",
    kind=Kind.GAUGE,
    help="1 while the canary in the parameter file is past its expires_at and its arm runs on control values.",
    component="planner",
    unit=Unit.NONE,
)

ENTROPY_KPI = Kpi(
    name="selection_entropy",
    title="Selection entropy",
    help="Diversity of what viewers are offered; a low value means the channel repeats itself.",
    reading=GaugeReading(Selector(SELECTION_ENTROPY.name)),
    direction=Direction.HIGHER,
    unit=Unit.RATIO,
    margin=0.05,
    band=(0.3, 1.0),
    comparison=(names.BASELINE,),
)
NOVELTY_KPI = Kpi(
    name="novelty_temporal_kld",
    title="Novelty (temporal KLD)",
    help="How much the mix of categories changes from window to window; too low is stale, too high is erratic.",
    reading=GaugeReading(Selector(NOVELTY_KLD.name)),
    direction=Direction.BAND,
    unit=Unit.NATS,
    margin=0.1,
    band=(0.0, 0.8),
    comparison=(names.BASELINE,),
)

METRICS = (
    SELECTIONS,
    SELECTION_DURATION,
    SELECTION_ENTROPY,
    NOVELTY_KLD,
    PARAMETER_VALUE,
    PARAMETER_FILE_ERRORS,
    PARAMETER_FILE_AGE,
    CANARY_EXPIRED,
)
KPIS = (ENTROPY_KPI, NOVELTY_KPI)
