"""What `vvtvctl canary replay` found, for programs."""

from __future__ import annotations

from typing import Any

from controller.replay.result import Result
from controller.replay.run import Replayed
from controller.replay.tally import Agreement, Share, Tally


def document(result: Result) -> dict[str, Any]:
    """Return it as plain values."""
    found: dict[str, Any] = {
        "service": result.config.service,
        "mode": "placebo" if result.placebo else "canary",
        "canary": result.ran.name if result.ran else None,
        "start": result.window.start,
        "end": result.window.end,
        "history_seconds": result.config.canary.history,
        "journal": result.journal,
        "absent": {kpi: list(arms) for kpi, arms in result.absent.items()},
        "policies": [_plain(one) for one in result.tallies] if result.placebo else [],
        "windows": len(result.answers[0]),
        "left_out": result.left_out,
        "agreement": _plain_agreement(result.agreement),
        "answers": [_answer(answer) for answers in result.answers for answer in answers],
    }
    if result.ran is not None:
        found["journal_verdict"] = result.ran.verdict or None
    return found


def _share(share: Share) -> dict[str, Any]:
    return {"count": share.count, "of": share.of, "rate": share.rate, "interval": list(share.interval)}


def _plain(found: Tally) -> dict[str, Any]:
    return {
        "policy": found.policy,
        "seeks_benefit": found.seeks_benefit,
        "verdicts": {str(verdict): count for verdict, count in found.verdicts.items()},
        "false_alarms": _share(found.alarms),
        "promotions": _share(found.promotions),
        "false_decisions": _share(found.wrong),
        "median_points": found.points,
    }


def _plain_agreement(found: Agreement | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "policies": [found.first, found.second],
        "same_verdict": _share(found.same),
        "alike_about_rollback": _share(found.alarm),
        "differing": [{"first": str(a), "second": str(b), "count": count} for a, b, count in found.differing],
    }


def _answer(answer: Replayed) -> dict[str, Any]:
    return {
        "policy": answer.policy,
        "start": answer.start,
        "verdict": str(answer.outcome.verdict),
        "at": answer.at,
        "points": answer.points,
        "kpi": answer.kpi or None,
        "reasons": list(answer.outcome.reasons),
        "metrics": [
            {"name": m.name, "estimate": m.estimate, "interval": [m.low, m.high], "mde": m.mde, "n": m.n}
            for m in answer.outcome.metrics
        ],
    }
