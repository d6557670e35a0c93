"""Do the golden cases load, and pass on the values in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from controller.config.config import Config
from controller.cycle.live import conformed
from controller.errors import ConfigError
from controller.golden.report import failed_count
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient
from controller.wiring import gate
from exporter.parameters import Value

NAME = "golden cases"
NAMED = 3  # failures that are told
_TELL = Teller(NAME)


def look(patient: Patient) -> Iterator[Finding]:
    """Run the cases on the values in force."""
    yield passing(patient.config, conformed(patient.config, patient.desk.state().values), "the values in force", _TELL)


def passing(config: Config, values: Mapping[str, Value], what: str, tell: Teller) -> Finding:
    """Return what the golden cases say of some values."""
    if config.golden is None:
        return tell.skipped("none are configured", "they stop values that break the service; see docs/golden.md")
    try:
        found = gate(config).run(dict(values))
    except ConfigError as error:
        return tell.fail(str(error), "mend the section golden, or the file of cases; see docs/configuration.md")
    figures = {"cases": found.cases, "seconds": found.seconds, "failures": list(found.failures)}
    if found.passed:
        return tell.ok(f"{found.cases} cases pass on {what}, in {found.seconds:.2f} s", **figures)
    if found.cases == 0:
        return tell.fail(f"no case ran: {'; '.join(found.failures[:NAMED])}", "mend the section golden", **figures)
    failed = failed_count(found.failures)
    more = f" and {failed - NAMED} more" if failed > NAMED else ""
    return tell.fail(
        f"{failed} of {found.cases} cases fail on {what}: {'; '.join(found.failures[:NAMED])}{more}",
        "no change can pass before they do: mend the service, or the cases if they are outdated",
        **figures,
    )
