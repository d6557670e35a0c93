"""`vvtvctl canary replay`: what a policy would have decided on stored ranges, real canaries and placebo ones."""

from __future__ import annotations

import difflib
import sys
from dataclasses import replace
from pathlib import Path

import click

from controller.adapters import ranges
from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.adapters.prometheus import Prometheus
from controller.cli import options
from controller.cli.canary import replay_page
from controller.cli.canary.known import known_canaries
from controller.cli.canary.replay_document import document
from controller.cli.progress import progress
from controller.cli.say import say_lines
from controller.cli.when import exact
from controller.config.config import Config
from controller.connection import connection
from controller.decide.policy import Policy
from controller.errors import ConfigError
from controller.model import Window
from controller.replay import cut
from controller.replay.contender import OURS, Contender, contender
from controller.replay.cut import Cut
from controller.replay.ran import Ran
from controller.replay.record import Record
from controller.replay.result import Result
from controller.replay.run import replay as judged_by

NOTHING = 1
SPLIT_ON_PURPOSE = 1e9  # relative deviation of the canary's share: a canary that climbs changes it itself


@click.command()
@click.option("--placebo", is_flag=True, help="Judge stretches in which nothing was changed: how often is it wrong?")
@click.option("--last", default="14d", show_default=True, help="With --placebo: how far back, unless --start is given.")
@click.option("--start", default=None, help="Beginning: 2026-03-01T14:30 (UTC), or unix seconds.")
@click.option("--end", default=None, help="End, written likewise.")
@click.option("--canary", "name", default=None, help="A canary of the journal: cycle-12, or 12.")
@click.option("--every", default=None, help="With --placebo: time between two starts  [default: the planned length]")
@click.option("--history", default=None, help="A/A history before each canary  [default: canary.history]")
@click.option(
    "--policy", "policies", multiple=True, metavar="NAME", help="ours, ours:alpha=0.01,planned=120, flagger, argo, ..."
)
@options.config_option
@options.state_option
@options.json_option
def replay(
    *,
    last: str,
    start: str | None,
    end: str | None,
    name: str | None,
    every: str | None,
    history: str | None,
    policies: tuple[str, ...],
    config: Path | None,
    state: Path,
    placebo: bool,
    as_json: bool,
) -> None:
    """Say what a policy would have decided, when and why: on placebo canaries, or on a real one.

    Give --placebo, or --start and --end, or --canary. Each --policy is judged beside the others. Exit 1 when nothing
    could be judged.

    \b
    Examples:
      vvtvctl canary replay --placebo --last 14d
      vvtvctl canary replay --placebo --policy ours --policy ours:alpha=0.01 --policy flagger
      vvtvctl canary replay --canary cycle-12 --policy ours --policy kayenta
      vvtvctl canary replay --start 2026-03-01T14:30 --end 2026-03-01T15:30
    """  # noqa: D301 - click reads the backspace character
    settings, clock = read_config(options.config_path(config, state)), Clock()
    if history is not None:
        settings = _with_history(settings, options.duration("--history", history))
    known = known_canaries(settings, state, clock)
    ran = _ran(name, known)
    window = _window(ran, start, end, last if placebo else None, clock.now())
    policy = _policy(settings.policy, ran)
    rivals = tuple(contender(text, policy) for text in dict.fromkeys(policies or (OURS,)))
    seconds = None if every is None else options.duration("--every", every)
    if seconds is not None and not placebo:
        raise ConfigError("--every belongs to --placebo")
    exposures = tuple(one for other in (known or {}).values() for one in other.windows)
    result = _run(settings, window, exposures, rivals, ran=ran, every=seconds, placebo=placebo)
    result = replace(result, journal=known is not None, recent=start is None)
    if as_json:
        options.print_json(document(result))
    elif any(result.answers):
        replay_page.show(result)
    if not any(answer.seen for answers in result.answers for answer in answers):
        say_lines(replay_page.nothing(result), err=True)
        sys.exit(NOTHING)


def _with_history(config: Config, seconds: float) -> Config:
    return config.model_copy(update={"canary": config.canary.model_copy(update={"history": seconds})})


def _ran(name: str | None, known: dict[str, Ran] | None) -> Ran | None:
    """Return the canary that is meant. Raises ConfigError."""
    if name is None:
        return None
    if known is None:
        raise ConfigError(f"--canary {name}: there is no journal here; `--state` names the stack's folder")
    wanted = f"cycle-{name}" if name.isdecimal() else name
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1)
        hint = (
            f"did you mean {near[0]!r}?"
            if near
            else f"it knows {len(known)} canaries"
            if known
            else "no canary has run yet"
        )
        raise ConfigError(f"--canary {name!r}: the journal has no such canary; {hint}")
    if not known[wanted].windows:
        raise ConfigError(f"--canary {name}: {wanted} was never exposed, so there is nothing to judge")
    return known[wanted]


def _window(ran: Ran | None, start: str | None, end: str | None, last: str | None, now: float) -> Window:
    """Return the time that is to be judged; `last` is given with --placebo. Raises ConfigError."""
    if ran is not None:
        if last is not None or start is not None or end is not None:
            raise ConfigError("--canary says when: leave out --placebo, --start and --end")
        return Window(ran.windows[0].start, ran.windows[-1].end)
    if start is None and end is None and last is not None:
        return Window(now - options.duration("--last", last), now)
    if start is None or end is None:
        raise ConfigError("say what to judge: --placebo, or --start and --end, or --canary")
    window = Window(exact("--start", start), exact("--end", end))
    if not window.start < window.end <= now:
        raise ConfigError(f"--start {start} --end {end}: the end must come after the start, and not after now")
    return window


def _policy(policy: Policy, ran: Ran | None) -> Policy:
    """Return the configured policy with the plan of a canary that ran."""
    if ran is None:
        return policy
    return replace(policy, planned=ran.planned, mismatch=SPLIT_ON_PURPOSE if ran.climbs else policy.mismatch)


def _run(
    config: Config,
    window: Window,
    exposures: tuple[Window, ...],
    rivals: tuple[Contender, ...],
    *,
    ran: Ran | None,
    every: float | None,
    placebo: bool,
) -> Result:
    step = config.prometheus.scrape_interval
    whole = Window(window.start - config.canary.history, window.end - step / 2)
    with progress() as bars:
        with Prometheus(connection(config)) as prometheus:
            reading = bars.add_task("reading", total=ranges.queries(config, whole))
            record = ranges.read(prometheus, config, whole, exposures, lambda: bars.advance(reading))
        length = max(one.planned for one in rivals)
        apart = length * step if every is None else every
        cuts, left_out = _cuts(
            config, record, Window(window.start, whole.end), ran, (length, apart) if placebo else None
        )
        judging = bars.add_task("judging", total=len(cuts))
        answers = judged_by(record, cuts, rivals, lambda: bars.advance(judging))
    absent = {course.judged.kpi.name: course.absent for course in record.courses if course.absent}
    return Result(
        config, window, rivals, answers, left_out=left_out, every=apart, placebo=placebo, ran=ran, absent=absent
    )


def _cuts(
    config: Config, record: Record, window: Window, ran: Ran | None, placebo: tuple[int, float] | None
) -> tuple[tuple[Cut, ...], int]:
    """Return the canaries to judge, and how many placebo ones were left out; `placebo` is their length and distance."""
    warmup, history = config.canary.warmup, config.canary.history
    if placebo is not None:
        plan = cut.Plan.of(record.step, length=placebo[0], warmup=warmup, history=history, every=placebo[1])
        return cut.placebos(record, window, plan)
    windows = (window,) if ran is None else ran.windows
    return (cut.exposed(record, "range" if ran is None else ran.name, windows, warmup, history),), 0
