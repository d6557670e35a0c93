"""Every check, one after the other, within a time: one that fails, raises or hangs ends neither the others nor us."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator

from controller.adapters.answer import PrometheusError
from controller.errors import AutopilotError
from controller.setup.checks import CHECKS, CONNECTION, Check
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient


def examine(patient: Patient, seconds: float, checks: Iterable[Check] = CHECKS) -> Iterator[Finding]:
    """Yield what every check finds, as it is found; all together take at most about `seconds`."""
    end = time.monotonic() + seconds
    answers = True
    for check in checks:
        tell = Teller(check.name)
        if check.asks_prometheus and not answers:
            yield tell.skipped("Prometheus does not answer", "see connection")
            continue
        found, failed = _run(check, patient, end - time.monotonic())
        if isinstance(failed, PrometheusError) and check.name == CONNECTION:
            answers = False
        yield from found
        if isinstance(failed, TimeoutError):
            yield tell.warn(f"no answer within the {seconds:g} s that all checks have", "give more time: --timeout 5m")
        elif isinstance(failed, PrometheusError):
            yield tell.fail(
                str(failed), "see docs/setup.md#what-doctor-says" if check.name == CONNECTION else "try again"
            )
        elif isinstance(failed, AutopilotError):
            yield tell.fail(str(failed), "mend that, then look again")
        elif isinstance(failed, PermissionError):
            yield tell.fail(str(failed), "look as a user who may, such as the controller's")
        elif failed is not None:
            yield tell.fail(f"the check itself failed: {type(failed).__name__}: {failed}", "please report this")


def _run(check: Check, patient: Patient, seconds: float) -> tuple[list[Finding], BaseException | None]:
    """Return what a check found, and what it raised; TimeoutError when its time is over, or was before."""
    found: list[Finding] = []
    raised: list[BaseException] = []

    def do() -> None:
        try:
            found.extend(check.look(patient))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other checks go on
            raised.append(error)

    if seconds <= 0:
        return [], TimeoutError()
    thread = threading.Thread(target=do, name=f"check {check.name}", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        return list(found), TimeoutError()
    return found, raised[0] if raised else None
