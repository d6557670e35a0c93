"""vvtvctl: every command by name; a command's module is imported only when it is called."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import NoReturn

import click

from controller.cli.lazy import LazyGroup
from controller.cli.say import say_lines
from controller.errors import AutopilotError, StorageError
from exporter.parameters import ParameterError

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: threads cost small matrices more than they bring

_UNWRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EPIPE)
_FORBIDDEN = (errno.EACCES, errno.EPERM)

COMMANDS = {
    "autopilot": "controller.cli.autopilot:autopilot",
    "canary": "controller.cli.canary:canary",
    "compile": "controller.cli.compile:compile_command",
    "controller": "controller.cli.controller:controller",
    "demo": "controller.cli.demo:demo",
    "doctor": "controller.cli.doctor:doctor",
    "down": "controller.cli.stack:down",
    "init": "controller.cli.init:init",
    "metrics": "controller.cli.metrics:metrics",
    "service": "components.cli:service",
    "status": "controller.cli.stack:status",
    "test": "controller.cli.test:test",
    "up": "controller.cli.stack:up",
    "why": "controller.cli.why:why",
}


@click.command(
    cls=LazyGroup,
    members=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 ok; 1 a check or an act failed; 2 wrong option or file; 3 something is down; 4 somebody else "
    "acted first; 5 what is stored was altered; 6 the state folder cannot be written; 7 the change was not promoted; "
    "130 interrupted.",
)
@click.version_option(package_name="vvtv-autopilot")
def cli() -> None:
    """Tune a service's parameters in small, bounded, canaried steps, on the Prometheus you already run.

    \b
    Examples:
      vvtvctl demo                         the whole loop on a live stack, in five acts
      vvtvctl up                           Prometheus, Alertmanager, the reference service and the controller
      vvtvctl autopilot run-once           one cycle: observe, propose, validate, canary, promote or revert
      vvtvctl metrics query play_completion --last 1h
    Shell completion: eval "$(_VVTVCTL_COMPLETE=bash_source vvtvctl)"
    """  # noqa: D301 - \b is click's mark for text to be left as it is


def main() -> None:
    """Run vvtvctl; errors of ours become one message and their exit code."""
    try:
        try:
            code = cli(standalone_mode=False)  # of a context's exit; else nothing
        finally:
            sys.stdout.flush()  # here, where it can still be said that it failed
        if code:
            sys.exit(code)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        say_lines(shown.getvalue(), err=True, nl=False, keep="\t")
        sys.exit(error.exit_code)
    except AutopilotError as error:
        say_lines(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except ParameterError as error:
        say_lines(f"error: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        if error.errno in _UNWRITTEN:
            _unwritten(error)
        if error.errno not in _FORBIDDEN or error.filename is None:
            raise
        say_lines(
            f"error: {error.filename}: {error.strerror}; become a user who may, such as the controller's", err=True
        )
        sys.exit(StorageError.exit_code)


def _unwritten(error: OSError) -> NoReturn:
    """Say that the output went nowhere: the disk is full, or whoever read it is gone, who need not be told."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is tried again at the end
    if error.errno == errno.EPIPE:
        sys.exit(1)
    say_lines(
        f"error: the output cannot be written whole: {error.strerror}; free space, or send it elsewhere", err=True
    )
    sys.exit(StorageError.exit_code)


if __name__ == "__main__":
    main()
