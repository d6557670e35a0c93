"""The controller: what it is doing, what it sees, and how well it predicts."""

from __future__ import annotations

from exporter import names
from exporter.metric import Direction, GaugeReading, Kind, Kpi, Metric, Selector, Unit

PHASES = (
    "idle",
    "observing",
    "analysing",
    "proposing",
    "validating",
    "canary",
    "applying",
    "measuring",
    "learning",
)
VERDICTS = ("none", "undecided", "proceed", "rollback", "inconclusive", "blind")
OUTCOMES = ("promoted", "rolled_back", "inconclusive", "blind", "refused", "aborted", "held", "failed")

SCHEDULES = ("cycle", "triage", "upkeep")
DRIFT_CAUSES = ("prediction", "coverage", "rollbacks", "failures", "plant")
PAUSE_CAUSES = ("emergency", "operator", "drift")
ROLLBACK_WINDOWS = ("7d", "14d")
ADJUSTMENTS = ("expanded", "contracted", "overridden", "restored", "reset", "adjusted")


CHANGES = (
    "promoted",
    "canary_rolled_back",
    "rolled_back",
    "emergency_rolled_back",
    "deployed",
    "adopted",
    "bounds_overridden",
    "bounds_restored",
    "bounds_adjusted",
    "configured",
    "paused_emergency",
    "paused_operator",
    "paused_drift",
    "resumed",
)
FAILURE_CATEGORIES = ("performance", "stability", "validation", "canary", "drift")


def _gauge(name: str, text: str, *labels: str, unit: Unit = Unit.NONE) -> Metric:
    return Metric(name=name, kind=Kind.GAUGE, help=text, component="controller", labels=labels, unit=unit)


PHASE = Metric(
    name="vvtv_autopilot_phase",
    kind=Kind.STATESET,
    help="The step of the cycle that the controller is in: 1 for that phase, 0 for the others.",
    component="controller",
    labels=(names.PHASE,),
    values={names.PHASE: PHASES},
)
PAUSED = _gauge("vvtv_autopilot_paused", "1 while the autopilot is paused, whoever paused it.", unit=Unit.NONE)
CANARY_PAUSED = _gauge("vvtv_canary_paused", "1 while a canary is held because of an incident or an operator.")
CYCLES = Metric(
    name="vvtv_autopilot_cycles_total",
    kind=Kind.COUNTER,
    help="Finished cycles by outcome, over the whole journal.",
    component="controller",
    labels=(names.OUTCOME,),
    values={names.OUTCOME: OUTCOMES},
    unit=Unit.COUNT,
)
INCIDENTS = Metric(
    name="vvtv_autopilot_incidents_total",
    kind=Kind.COUNTER,
    help="Firing alerts about the piloted service that the controller was told of.",
    component="controller",
    unit=Unit.COUNT,
)
CANARY_EFFECT = _gauge(
    "vvtv_canary_effect", "Estimated effect of the last canary on a KPI, in the KPI's unit.", names.KPI
)
CANARY_MARGIN = _gauge(
    "vvtv_canary_margin",
    "Half width of the interval around that effect, valid at all looks together.",
    names.KPI,
)
CANARY_INTERVAL = Metric(
    name="vvtv_canary_interval",
    kind=Kind.GAUGE,
    help="Ends of the interval around that effect, in the KPI's unit.",
    component="controller",
    labels=(names.KPI, names.SIDE),
    values={names.SIDE: ("low", "high")},
)
CANARY_BOUNDARY = Metric(
    name="vvtv_canary_boundary",
    kind=Kind.GAUGE,
    help="Size of an effect that proves harm or benefit at the last look, in the KPI's unit; none for rare counts.",
    component="controller",
    labels=(names.KPI, names.SIDE),
    values={names.SIDE: ("harm", "benefit")},
)
CANARY_INFORMATION = _gauge(
    "vvtv_canary_information_ratio",
    "Information that the last canary has gathered on a KPI, as a share of its plan.",
    names.KPI,
    unit=Unit.RATIO,
)
CANARY_NOISE = _gauge(
    "vvtv_canary_noise_ratio",
    "Variance of the last canary's noise over that of its A/A history; 1 unless it is clearly noisier.",
    names.KPI,
    unit=Unit.RATIO,
)
CANARY_VERDICT = Metric(
    name="vvtv_canary_verdict",
    kind=Kind.STATESET,
    help="What the last look at a KPI said: 1 for that verdict.",
    component="controller",
    labels=(names.KPI, names.VERDICT),
    values={names.VERDICT: VERDICTS},
)
PARAMETER_TARGET = _gauge(
    "vvtv_autopilot_parameter_value",
    "Value that the controller has set for a parameter in the control arm.",
    names.PARAMETER,
)
LAST_CHANGE = Metric(
    name="vvtv_autopilot_last_change_timestamp_seconds",
    kind=Kind.GAUGE,
    help="Unix time of the last change, by kind: of live values, bounds, configuration or pauses; no value before one.",
    component="controller",
    labels=(names.KIND,),
    values={names.KIND: CHANGES},
    unit=Unit.TIMESTAMP,
)
PARAMETER_BOUND = Metric(
    name="vvtv_parameter_bound",
    kind=Kind.GAUGE,
    help="Hard bound of a parameter.",
    component="controller",
    labels=(names.PARAMETER, names.SIDE),
    values={names.SIDE: ("low", "high")},
)
SLIDING_BOUND = Metric(
    name="vvtv_parameter_sliding_bound",
    kind=Kind.GAUGE,
    help="Sliding bound of a parameter, inside its hard bound: what the autopilot may propose without an override.",
    component="controller",
    labels=(names.PARAMETER, names.SIDE),
    values={names.SIDE: ("low", "high")},
)
BOUNDS_EXHAUSTED = _gauge(
    "vvtv_parameter_bounds_exhausted",
    "1 while rollbacks have contracted a parameter's sliding bounds down to their floor.",
    names.PARAMETER,
)
BOUNDS_ADJUSTMENTS = Metric(
    name="vvtv_autopilot_bounds_adjustments_total",
    kind=Kind.COUNTER,
    help="Adjustments of a parameter's bounds by kind, over the whole journal.",
    component="controller",
    labels=(names.PARAMETER, names.KIND),
    values={names.KIND: ADJUSTMENTS},
    unit=Unit.COUNT,
)
PREDICTION_ERROR = _gauge(
    "vvtv_autopilot_prediction_error_ratio",
    "Difference between predicted and measured effect of the last proposal, relative to the larger of the two.",
    names.KPI,
    unit=Unit.RATIO,
)
PREDICTED_EFFECT = _gauge(
    "vvtv_autopilot_predicted_effect",
    "Predicted effect on a KPI of the proposal under way, or of the last one, in the KPI's unit.",
    names.KPI,
)
PREDICTED_INTERVAL = Metric(
    name="vvtv_autopilot_predicted_interval",
    kind=Kind.GAUGE,
    help="Ends of the 95 % interval for what a canary measures of that proposal, in the KPI's unit.",
    component="controller",
    labels=(names.KPI, names.SIDE),
    values={names.SIDE: ("low", "high")},
)
MEASURED_EFFECT = _gauge(
    "vvtv_autopilot_measured_effect",
    "Effect on a KPI as the canary of the last proposal that was tried measured it, in the KPI's unit.",
    names.KPI,
)
PREDICTION_COVERAGE = _gauge(
    "vvtv_autopilot_prediction_coverage_ratio",
    "Share of the last 50 predicted 95 % intervals that held what the canary measured; no value before the first.",
    names.KPI,
    unit=Unit.RATIO,
)
PREDICTION_ERROR_P50 = _gauge(
    "vvtv_autopilot_prediction_error_p50_ratio",
    "Median prediction error of the last 14 days beyond what the noise of the measurements explains; near 0 is good.",
    names.KPI,
    unit=Unit.RATIO,
)
ROLLBACK_SHARE = Metric(
    name="vvtv_autopilot_rollback_ratio",
    kind=Kind.GAUGE,
    help="Share of the judged canaries of the last 7 or 14 days that were rolled back; no value without any.",
    component="controller",
    labels=(names.WINDOW,),
    values={names.WINDOW: ROLLBACK_WINDOWS},
    unit=Unit.RATIO,
)
FAILURES_ROW = _gauge(
    "vvtv_autopilot_consecutive_failures",
    "Canaries of the autopilot's own that failed since the last one that did not: rolled back, failed or blind.",
    unit=Unit.COUNT,
)
PLANT_DRIFT = _gauge(
    "vvtv_autopilot_plant_drift_ratio",
    "Cumulative sum of a KPI's deviations from its usual level, over its threshold: a shift is looked at from 1 on; no "
    "value when the last answer is older than a day.",
    names.KPI,
    unit=Unit.RATIO,
)
DRIFT_DETECTED = Metric(
    name="vvtv_autopilot_drift_detected_total",
    kind=Kind.COUNTER,
    help="Drift that was found, by cause, over the whole journal.",
    component="controller",
    labels=(names.CAUSE,),
    values={names.CAUSE: DRIFT_CAUSES},
    unit=Unit.COUNT,
)
DRIFT_STRIKES = _gauge(
    "vvtv_autopilot_drift_strikes",
    "Pauses for drift that are not forgotten yet; each doubles the length of the next.",
    unit=Unit.COUNT,
)
PAUSE = Metric(
    name="vvtv_autopilot_pause",
    kind=Kind.GAUGE,
    help="1 while a pause of that cause is in force: an emergency, an operator's, or for drift.",
    component="controller",
    labels=(names.CAUSE,),
    values={names.CAUSE: PAUSE_CAUSES},
)
PAUSE_END = Metric(
    name="vvtv_autopilot_pause_end_timestamp_seconds",
    kind=Kind.GAUGE,
    help="Unix time at which a pause of that cause ends by itself; no value when it does not, or without one.",
    component="controller",
    labels=(names.CAUSE,),
    values={names.CAUSE: PAUSE_CAUSES},
    unit=Unit.TIMESTAMP,
)
RETURN_SHARE = _gauge(
    "vvtv_autopilot_return_ratio",
    "Share of the room inside the sliding bounds that proposals have: below 1 on the way back from a pause for drift.",
    unit=Unit.RATIO,
)
PROMOTION_CHANCE = _gauge(
    "vvtv_autopilot_promotion_chance_ratio",
    "Chance of a promotion that the proposal under way, or the last one, was given when it was made.",
    unit=Unit.RATIO,
)
TRIALS = _gauge(
    "vvtv_autopilot_trials", "Measured canaries that the response models have learnt from.", unit=Unit.COUNT
)
JOURNAL_EVENTS = _gauge("vvtv_autopilot_journal_events", "Events in the journal.", unit=Unit.COUNT)
LAST_LOOK = _gauge(
    "vvtv_autopilot_last_step_timestamp_seconds",
    "Unix time of the controller's last step; it goes stale when the controller hangs.",
    unit=Unit.TIMESTAMP,
)
LOOK_DURATION = Metric(
    name="vvtv_autopilot_look_duration_seconds",
    kind=Kind.HISTOGRAM,
    help="Time that one look at a canary took: its queries, the verdict, and the journal.",
    component="controller",
    unit=Unit.SECONDS,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)
PROMQL_DURATION = Metric(
    name="vvtv_autopilot_promql_duration_seconds",
    kind=Kind.HISTOGRAM,
    help="Time that a query to Prometheus took, retries included.",
    component="controller",
    unit=Unit.SECONDS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
PROMQL_ERRORS = Metric(
    name="vvtv_autopilot_promql_errors_total",
    kind=Kind.COUNTER,
    help="Queries that failed, by reason.",
    component="controller",
    labels=(names.REASON,),
    values={names.REASON: ("unreachable", "timeout", "rejected", "unavailable", "malformed")},
    unit=Unit.COUNT,
)
STEP_DURATION = Metric(
    name="vvtv_autopilot_step_duration_seconds",
    kind=Kind.HISTOGRAM,
    help="Time that one step of the controller took, its queries included, by the phase that it was in.",
    component="controller",
    labels=(names.PHASE,),
    values={names.PHASE: PHASES},
    unit=Unit.SECONDS,
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 30.0),
)
SCHEDULE_NEXT = Metric(
    name="vvtv_autopilot_schedule_next_timestamp_seconds",
    kind=Kind.GAUGE,
    help="Unix time at which a cycle or a job starts next by its schedule; no value for never.",
    component="controller",
    labels=(names.SCHEDULE,),
    values={names.SCHEDULE: SCHEDULES},
    unit=Unit.TIMESTAMP,
)
SCHEDULE_LAST = Metric(
    name="vvtv_autopilot_schedule_last_timestamp_seconds",
    kind=Kind.GAUGE,
    help="Unix time at which the last cycle, or a job's last run, ended or was skipped; no value before the first.",
    component="controller",
    labels=(names.SCHEDULE,),
    values={names.SCHEDULE: SCHEDULES},
    unit=Unit.TIMESTAMP,
)
SCHEDULE_SUCCESS = Metric(
    name="vvtv_autopilot_schedule_success",
    kind=Kind.GAUGE,
    help="1 if the last run of a cycle or a job went well, 0 if it failed or its moment was missed.",
    component="controller",
    labels=(names.SCHEDULE,),
    values={names.SCHEDULE: SCHEDULES},
)
TRIAGE_FAILURES = Metric(
    name="vvtv_autopilot_triage_failures",
    kind=Kind.GAUGE,
    help="Failures that the last scheduled triage found in its period, by category; no value before the first.",
    component="controller",
    labels=(names.CATEGORY,),
    values={names.CATEGORY: FAILURE_CATEGORIES},
    unit=Unit.COUNT,
)
TRIAGE_PATTERNS = _gauge(
    "vvtv_autopilot_triage_patterns",
    "Patterns, the same failure three times or more, that the last scheduled triage found; no value before the first.",
    unit=Unit.COUNT,
)
RELOAD_SUCCESS = _gauge(
    "vvtv_autopilot_config_reload_success",
    "1 if the configuration as it was last read is in force, 0 if it was refused and an older one stays.",
)
RELOAD_TIMESTAMP = _gauge(
    "vvtv_autopilot_config_reload_timestamp_seconds",
    "Unix time at which the configuration in force was read.",
    unit=Unit.TIMESTAMP,
)

PREDICTION_KPI = Kpi(
    name="autopilot_pred_vs_real_error",
    title="Prediction error",
    help="How far the autopilot's predictions are from what its changes did.",
    reading=GaugeReading(Selector(PREDICTION_ERROR.name)),
    direction=Direction.LOWER,
    unit=Unit.RATIO,
    margin=0.1,
    band=(0.0, 0.3),
    judged=False,
)

METRICS = (
    PHASE,
    PAUSED,
    CANARY_PAUSED,
    CYCLES,
    INCIDENTS,
    CANARY_EFFECT,
    CANARY_MARGIN,
    CANARY_INTERVAL,
    CANARY_BOUNDARY,
    CANARY_INFORMATION,
    CANARY_NOISE,
    CANARY_VERDICT,
    PARAMETER_TARGET,
    LAST_CHANGE,
    PARAMETER_BOUND,
    SLIDING_BOUND,
    BOUNDS_EXHAUSTED,
    BOUNDS_ADJUSTMENTS,
    PREDICTION_ERROR,
    PREDICTED_EFFECT,
    PREDICTED_INTERVAL,
    MEASURED_EFFECT,
    PREDICTION_COVERAGE,
    PREDICTION_ERROR_P50,
    ROLLBACK_SHARE,
    FAILURES_ROW,
    PLANT_DRIFT,
    DRIFT_DETECTED,
    DRIFT_STRIKES,
    PAUSE,
    PAUSE_END,
    RETURN_SHARE,
    PROMOTION_CHANCE,
    TRIALS,
    JOURNAL_EVENTS,
    LAST_LOOK,
    LOOK_DURATION,
    PROMQL_DURATION,
    PROMQL_ERRORS,
    STEP_DURATION,
    SCHEDULE_NEXT,
    SCHEDULE_LAST,
    SCHEDULE_SUCCESS,
    TRIAGE_FAILURES,
    TRIAGE_PATTERNS,
    RELOAD_SUCCESS,
    RELOAD_TIMESTAMP,
)
KPIS = (PREDICTION_KPI,)
