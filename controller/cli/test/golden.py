"""`vvtvctl test golden`: the cases that the gate runs before every canary, on demand."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from controller.adapters.atomic import write_atomic
from controller.cli import options
from controller.cli.test import golden_text
from controller.cli.test.golden_bar import Bar
from controller.cli.test.golden_options import chosen, configured, limited, seconds_of, value_options, values_of
from controller.config.config import Config
from controller.errors import ConfigError, UnavailableError
from controller.golden.baseline import FACTOR, Changes, changes, read_baseline, save_baseline
from controller.golden.case import Case
from controller.golden.coverage import FileCoverage, read_coverage
from controller.golden.junit import junit
from controller.golden.open import cache_of, cases_of, limits_of, section_of, subject_of
from controller.golden.pool import Limits
from controller.golden.report import Report
from controller.golden.run import run_cases

FAILED = 1
_FILE = click.Path(path_type=Path, dir_okay=False)
_REPORT_PATIENCE = 60.0  # seconds for a program to write its coverage report


@click.command()
@value_options
@click.option("--junit", "junit_file", type=_FILE, default=None, help="Write JUnit XML for a CI server.")
@click.option("--baseline", type=_FILE, default=None, help="Tell what is different from that run.")
@click.option("--save-baseline", type=_FILE, default=None, help="Write this run for later comparisons.")
@click.option(
    "--factor",
    type=click.FloatRange(min=1.0, min_open=True),
    default=FACTOR,
    show_default=True,
    help="A case is slower when it takes so many times what it took in the baseline, and 20 ms more.",
)
@click.option("--fail-slower", is_flag=True, help="Exit 1 also when a case is slower than in the baseline.")
@click.option("--coverage", is_flag=True, help="Which lines of the callable's package the cases reach.")
@click.option("--no-cache", is_flag=True, help="Ask for every answer anew.")
@click.option("--workers", type=click.IntRange(1, 64), default=None, help="How many ask at a time.")
@click.option("--timeout", callback=seconds_of, default=None, help="For all cases together, like 30s or 5m.")
def golden(
    assigned: tuple[str, ...],
    patterns: tuple[str, ...],
    config: Path | None,
    state: Path,
    *,
    as_json: bool,
    junit_file: Path | None,
    baseline: Path | None,
    save_baseline: Path | None,
    factor: float,
    fail_slower: bool,
    coverage: bool,
    no_cache: bool,
    workers: int | None,
    timeout: float | None,
) -> None:
    """Run the golden cases with the parameters' defaults, or with what --set says.

    Exit 0 when every case passes; 1 when one does not; 2 when the cases or the configuration are wrong; 3 when
    nobody answers.

    \b
    Examples:
      vvtvctl test golden
      vvtvctl test golden --set temperature=0.9 --set top_k=20
      vvtvctl test golden --no-cache --junit var/golden.xml --baseline var/golden.json
      vvtvctl test golden --coverage
    """  # noqa: D301 - click reads the backspace character
    settings = configured(config, state)
    if fail_slower and baseline is None:
        raise ConfigError("--fail-slower compares with a baseline: give --baseline FILE")
    cases = chosen(cases_of(settings), patterns)
    before = None if baseline is None else read_baseline(baseline)
    limits = limited(limits_of(settings), workers, timeout)
    fresh = no_cache or coverage or baseline is not None or save_baseline is not None  # times are compared
    report, covered = _run(
        settings, cases, assigned, limits, None if fresh else options.place(state).state, coverage=coverage
    )
    found = None if before is None else _narrowed(changes(before, report, factor), patterns)
    if junit_file is not None:
        write_atomic(junit_file, junit(report))
    if save_baseline is not None and report.unavailable is None:
        _save(save_baseline, report, as_json=as_json)
    if as_json:
        options.print_json(golden_text.document(report, found, covered))
    else:
        golden_text.show(cases, report, found, covered, limits)
    if report.unavailable is not None:
        raise UnavailableError(f"nobody answers the golden cases: {report.unavailable}")
    slower = fail_slower and found is not None and found.slower
    sys.exit(0 if report.passed and not slower else FAILED)


def _run(
    config: Config,
    cases: tuple[Case, ...],
    assigned: tuple[str, ...],
    limits: Limits,
    state: Path | None,
    *,
    coverage: bool,
) -> tuple[Report, tuple[FileCoverage, ...] | None]:
    values = values_of(config, assigned)
    if not coverage:
        with Bar() as bar:
            cache = cache_of(config, state)
            return run_cases(cases, values, subject_of(config), limits, cache=cache, progress=bar), None
    if section_of(config).callable is None:
        raise ConfigError("--coverage looks into Python code: it needs golden.callable, not a command or a url")
    with tempfile.TemporaryDirectory() as folder, Bar() as bar:
        path = Path(folder) / "coverage.json"
        alone = Limits(1, limits.runs, limits.each, limits.whole, _REPORT_PATIENCE)  # one process measures all
        report = run_cases(cases, values, subject_of(config, measured=str(path)), alone, progress=bar)
        return report, read_coverage(path)


def _narrowed(found: Changes, patterns: tuple[str, ...]) -> Changes:
    """Leave out what only some of the cases were run for: the others are not gone."""
    if not patterns:
        return found
    return Changes(found.failing, found.passing, found.answers, found.slower, found.new)


def _save(path: Path, report: Report, *, as_json: bool) -> None:
    save_baseline(path, report)
    if not as_json:
        click.echo(f"baseline written to {path}", err=True)
