"""Events about an operator's changes, scheduled jobs and the configuration. Times are unix seconds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from controller.journal.frozen import Frozen
from exporter.parameter import Value


class CycleRequested(Frozen):
    """Somebody asked for a cycle now; `forced` names a change to canary without a proposal of the autopilot's own.

    With `force` the golden cases are not asked.
    """

    kind: Literal["cycle_requested"] = "cycle_requested"
    forced: dict[str, Value] | None = None
    reason: str = ""
    force: bool = False


class RollbackRequested(Frozen):
    """An operator asked for the values of an earlier version; with `force` also outside the sliding bounds."""

    kind: Literal["rollback_requested"] = "rollback_requested"
    version: str
    values: dict[str, Value]
    reason: str
    force: bool = False


class RolledBack(Frozen):
    """The values of an earlier version are in force again; `request` is the order that it carries out (came later)."""

    kind: Literal["rolled_back"] = "rolled_back"
    version: str
    values: dict[str, Value]
    reason: str
    request: int | None = None
    by: str = ""


class DeployRequested(Frozen):
    """An operator wants values in force without a canary; with `force` without golden cases and sliding bounds, too."""

    kind: Literal["deploy_requested"] = "deploy_requested"
    values: dict[str, Value]
    reason: str
    force: bool = False


class Deployed(Frozen):
    """Values are in force because an operator wanted them; `golden` is what the golden cases said, in words."""

    kind: Literal["deployed"] = "deployed"
    version: str
    values: dict[str, Value]
    reason: str
    request: int
    by: str
    golden: str


class RequestRefused(Frozen):
    """A rollback, a deployment or other bounds change nothing: `request` is its number, `reason` says why."""

    kind: Literal["request_refused"] = "request_refused"
    request: int
    what: str
    by: str
    reason: str


class JobRequested(Frozen):
    """Somebody asked for a scheduled job now."""

    kind: Literal["job_requested"] = "job_requested"
    job: str
    reason: str


class JobDone(Frozen):
    """A scheduled job ended; `text` says how, `details` is what it wants to be remembered by."""

    kind: Literal["job_done"] = "job_done"
    job: str
    trigger: Literal["schedule", "operator"]
    ok: bool
    text: str
    details: dict[str, str | float | int | bool | None] = Field(default={})


class ConfigChanged(Frozen):
    """An operator edited the configuration; a running controller reads it again. `changes` are lines for people."""

    kind: Literal["config_changed"] = "config_changed"
    digest: str
    changes: tuple[str, ...]
    reason: str


class ConfigLoaded(Frozen):
    """A controller works with another configuration than the journal knew; `changes` are lines for people.

    `judging` is the digest of those settings by which canaries are judged; "" in journals that were written without it.
    `plans` says when the cycle and each job start, by name; empty likewise.
    """

    kind: Literal["config_loaded"] = "config_loaded"
    digest: str
    judging: str = ""
    changes: tuple[str, ...] = ()
    plans: dict[str, str] = Field(default={})
