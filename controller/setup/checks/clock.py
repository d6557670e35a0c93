"""Do this machine's clock and Prometheus' agree: leases and windows are times of one, samples of the other."""

from __future__ import annotations

from collections.abc import Iterator

from controller.adapters.answer import MalformedError
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient

NAME = "clock"
CLOSE, FAR = 1.0, 5.0  # seconds
_TELL = Teller(NAME)
_ADVICE = "synchronise both machines with NTP (chrony, systemd-timesyncd); evidence and leases are cut at wrong times"


def look(patient: Patient) -> Iterator[Finding]:
    """Compare the clocks. Raises PrometheusError."""
    with patient.about() as about:
        about.get("query", {"query": "vector(1)"})  # opens the connection, so that the next answer is quick
        before = patient.clock.now()
        reply = about.get("query", {"query": "time()"})
        after = patient.clock.now()
    try:
        theirs = float(reply.data["result"][1])
    except (KeyError, TypeError, ValueError, IndexError):
        raise MalformedError(f"{patient.config.prometheus.url} does not say its time") from None
    skew = theirs - (before + after) / 2
    unsure = (after - before) / 2
    found = f"Prometheus' clock is {abs(skew):.2f} s {'ahead of' if skew > 0 else 'behind'} this one (+-{unsure:.2f} s)"
    figures = {"skew_seconds": skew, "unsure_seconds": unsure}
    if abs(skew) - unsure > FAR:
        yield _TELL.fail(found, _ADVICE, **figures)
    elif abs(skew) - unsure > CLOSE:
        yield _TELL.warn(found, _ADVICE, **figures)
    else:
        yield _TELL.ok(found, **figures)
