"""The operator's desk: commands become requests in the journal; a running controller serves them.

Without a running controller, what needs one (a cycle, a rollback, a deployment) is done here, by a controller that
lives as long as the command. What a request would do can be asked first: the methods that return a `Plan`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from controller.adapters.history import History
from controller.cycle import orders
from controller.cycle.bounds_order import beginning
from controller.cycle.standing import standing
from controller.desk import plan as desk_plan
from controller.desk.ask import PATIENCE, CycleAnswer, DeskAsking, answered_with, silent
from controller.desk.plan import Plan
from controller.emergency.line import in_line
from controller.emergency.pause import Emergency, Stopped
from controller.errors import ConfigError, ConflictError, IntegrityError
from controller.history import verify
from controller.journal import event as ev
from controller.journal import snapshot
from controller.journal.event import Event
from controller.live_store import live_store
from exporter.parameters import ParameterError, Values

Tell = Callable[[Event], None]


class Desk(DeskAsking):
    """Where one person's requests go in."""

    def plan_pause(self, reason: str, lasting: float | None = None) -> Plan:
        """Return what a pause would do; `lasting` seconds, None until somebody resumes."""
        until = None if lasting is None else self.clock.now() + lasting
        return desk_plan.pausing(self.state(), reason, until)

    def plan_resume(self, reason: str) -> Plan | None:
        """Return what resuming would do; None when nothing is paused."""
        return desk_plan.resuming(self.state(), reason)

    def pause(self, reason: str, lasting: float | None = None) -> Event:
        """Pause. Raises StorageError."""
        return self.submit(self.plan_pause(reason, lasting).request)

    def resume(self, reason: str) -> Event | None:
        """End every pause; None when nothing is paused. Raises StorageError."""
        plan = self.plan_resume(reason)
        return None if plan is None else self.submit(plan.request)

    def emergency_pause(self, reason: str) -> Stopped:
        """Put every arm on control values at once, however the controller is; what failed stands in the answer."""
        emergency = Emergency(self.place, self.clock, self.actor, reason, time.monotonic())
        return emergency.stop(lambda: in_line(self.config, self.place, self.clock))

    def refused(self, payload: ev.CanaryOrder) -> str | None:
        """Return why an order about a canary would change nothing now, None when it would."""
        ask = self.config.canary.ask_when_inconclusive > 0
        return orders.refusal(self.state(), payload, at=self.clock.now(), ask=ask)

    def order(self, payload: ev.CanaryOrder) -> tuple[Event, Event | None]:
        """Give an order about a canary; return it, and the event that carries it out: None when no controller runs.

        Raises:
            ConflictError: it cannot be carried out; the message says what is under way.
            UnavailableError: the controller does not answer; the order stands in the journal.
        """
        if (why := self.refused(payload)) is not None:
            raise ConflictError(why)
        given = self.submit(payload)
        if self.holder() is None:
            return given, None

        def answers(event: Event) -> Event | None:
            return event if getattr(event.payload, "request", None) == given.seq else None

        done = self.follow(given.seq, answers, silent, PATIENCE)
        if isinstance(done.payload, ev.CanaryOrderRefused):
            raise ConflictError(done.payload.reason)
        return given, done

    def plan_cycle(self, forced: Values | None, reason: str, *, force: bool = False) -> Plan:
        """Return what a cycle now would do; `force`: without golden cases. Raises ConfigError, ConflictError."""
        running = self.holder() is not None
        return desk_plan.cycling(
            self.config, self.state(), forced, reason, force=force, running=running, now=self.clock.now()
        )

    def cycle(self, forced: Values | None, reason: str, tell: Tell, *, force: bool = False) -> ev.CycleEnded:
        """Run one cycle and return its end; `tell` hears every event of it.

        Raises:
            ConflictError: the autopilot is paused, or a cycle is under way.
            ConfigError: the forced change is not possible.
        """
        return self.carry_out_cycle(self.plan_cycle(forced, reason, force=force), tell)

    def carry_out_cycle(self, plan: Plan, tell: Tell) -> ev.CycleEnded:
        """Run the cycle that was planned. Raises as `ask` does."""
        return self.ask(plan.request, CycleAnswer, tell, patience=None, takes_over=False)

    def plan_rollback(self, prefix: str, reason: str, *, force: bool = False) -> Plan:
        """Return what a rollback would do.

        Raises:
            ConfigError: no such version, or its values cannot be in force today.
            ConflictError: it lies outside the sliding bounds, and is not forced.
            IntegrityError: the version was altered.
        """
        version = History(self.place.history).get(prefix)
        return desk_plan.rolling_back(
            self.config, self.state(), version.version, version.values, reason, force=force, now=self.clock.now()
        )

    def rollback(self, prefix: str, reason: str, *, force: bool = False, tell: Tell = silent) -> ev.RolledBack:
        """Bring a version's values back into force. Raises as `plan_rollback` and `ask` do."""
        plan = self.plan_rollback(prefix, reason, force=force)
        return self.carry_out_rollback(plan, tell)

    def carry_out_rollback(self, plan: Plan, tell: Tell = silent) -> ev.RolledBack:
        """Do what was planned, and see that the live file says it. Raises as `ask` and `confirm` do."""
        done = self.ask(plan.request, answered_with(ev.RolledBack), tell)
        self.confirm(done.version)
        return done

    def plan_deploy(self, values: Values, reason: str, *, force: bool = False) -> Plan:
        """Return what a deployment would do; the golden cases run for it. Raises ConfigError, ConflictError."""
        from controller import wiring  # noqa: PLC0415 - takes a second, which only a deployment needs

        gate = wiring.gate(self.config, self.place.state)
        return desk_plan.deploying(
            self.config, self.state(), values, reason, force=force, now=self.clock.now(), gate=gate
        )

    def deploy(self, values: Values, reason: str, *, force: bool = False, tell: Tell = silent) -> ev.Deployed:
        """Put values in force without a canary. Raises as `plan_deploy` and `ask` do."""
        return self.carry_out_deploy(self.plan_deploy(values, reason, force=force), tell)

    def carry_out_deploy(self, plan: Plan, tell: Tell = silent) -> ev.Deployed:
        """Do what was planned; golden cases may take as long as they may. Raises as `ask` and `confirm` do."""
        golden = self.config.golden
        patience = PATIENCE if golden is None else PATIENCE + golden.timeout
        done = self.ask(plan.request, answered_with(ev.Deployed), tell, patience=patience)
        self.confirm(done.version)
        return done

    def plan_bounds(self, parameter: str, ends: tuple[float | None, float | None] | None, reason: str) -> Plan:
        """Return what other sliding bounds would do; an end that is None stays.

        Without `ends` they are those that the configuration begins with.

        Raises:
            ConfigError: unknown, a choice, or bounds that cannot be.
        """
        try:
            self.config.specs.get(parameter)
        except ParameterError as error:
            raise ConfigError(str(error)) from None
        state = self.state()
        found = standing(self.config, state, parameter)
        if found is None:
            raise ConfigError(f"{parameter} is a choice among texts: it has no bounds that slide")
        base = beginning(found) if ends is None else found.sliding.bounds
        low, high = ends or (None, None)
        wanted = (base.low if low is None else low, base.high if high is None else high)
        return desk_plan.adjusting(self.config, state, parameter, wanted, reason)

    def adjust_bounds(self, plan: Plan) -> tuple[Event, ev.BoundsAdjusted | None]:
        """Ask for other bounds; return the request, and what came of it: None while it waits for the end of a cycle.

        Raises:
            ConflictError: they cannot be any more.
            UnavailableError: the controller does not answer; the request stands in the journal.
        """
        given = self.submit(plan.request)
        if self.holder() is None or self.state().cycle is not None:
            return given, None
        answers = answered_with(ev.BoundsAdjusted)(given.seq)
        return given, self.follow(given.seq, answers, silent, PATIENCE)

    def verify(self) -> dict[str, Any]:
        """Check journal, snapshots, history and live file. Raises IntegrityError: what is wrong, where, what to do."""
        self.require_journal()
        with self._journal() as journal:
            events = journal.verify()
            _, snapshots = snapshot.check(journal)
            found = verify.verify(self.place.history, journal)
        if found.problems:
            raise IntegrityError("; ".join(found.problems))
        live = live_store(self.config, self.place).current()
        if live is None:
            raise IntegrityError(
                f"{self.place.parameters}: missing or not a valid document; a controller writes it anew when it starts"
            )
        if live.version not in found.versions:
            raise IntegrityError(f"{self.place.parameters}: version {live.version[:12]} does not stand in history")
        return {
            "events": events,
            "snapshots": snapshots,
            "versions": found.files + found.archived,
            "live": live.version,
            "notes": list(found.notes),
        }
