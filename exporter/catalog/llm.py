"""The LLM gateway: calls, latency, and the circuit breaker before them."""

from __future__ import annotations

from exporter import names
from exporter.metric import Direction, Kind, Kpi, Metric, RatioReading, Selector, Unit

LLM_REQUESTS = Metric(
    name="vvtv_llm_requests_total",
    kind=Kind.COUNTER,
    help="LLM calls by arm and outcome; `rejected` ones were stopped by the open breaker and never sent.",
    component="llm",
    labels=(names.VARIANT, names.OUTCOME),
    values={names.VARIANT: names.ARMS, names.OUTCOME: ("ok", "error", "timeout", "invalid", "rejected")},
    unit=Unit.COUNT,
)
LLM_DURATION = Metric(
    name="vvtv_llm_request_duration_seconds",
    kind=Kind.HISTOGRAM,
    help="Time from sending an LLM call to its answer, error or time-out.",
    component="llm",
    labels=(names.VARIANT,),
    values={names.VARIANT: names.ARMS},
    unit=Unit.SECONDS,
    buckets=(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12),
)
LLM_BREAKER_STATE = Metric(
    name="vvtv_llm_breaker_state",
    kind=Kind.STATESET,
    help="Circuit breaker before the LLM: 1 for the state it is in. Open means that no calls are sent.",
    component="llm",
    labels=(names.STATE,),
    values={names.STATE: ("closed", "half_open", "open")},
    unit=Unit.NONE,
)
LLM_BREAKER_TRANSITIONS = Metric(
    name="vvtv_llm_breaker_transitions_total",
    kind=Kind.COUNTER,
    help="Times the breaker entered a state.",
    component="llm",
    labels=(names.STATE,),
    values={names.STATE: ("closed", "half_open", "open")},
    unit=Unit.COUNT,
)

SUCCESS_KPI = Kpi(
    name="llm_success",
    title="LLM success",
    help="Share of LLM calls that were answered well.",
    reading=RatioReading(
        events=Selector(LLM_REQUESTS.name, ((names.OUTCOME, "ok"),)), trials=Selector(LLM_REQUESTS.name)
    ),
    direction=Direction.HIGHER,
    unit=Unit.RATIO,
    margin=0.1,
)

METRICS = (LLM_REQUESTS, LLM_DURATION, LLM_BREAKER_STATE, LLM_BREAKER_TRANSITIONS)
KPIS = (SUCCESS_KPI,)
