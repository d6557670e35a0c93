"""Numbers and names as the page shows them."""

from __future__ import annotations

from typing import Final

from controller.trials.simulation.summary import Figure

NONE: Final = "-"
ABOUT: Final = {
    "kalman": "Ours: `controller.decide.learner`.",
    "static": "Changes nothing.",
    "random": "Uniform in the box.",
    "coordinate": "One parameter at a time, as far as the box allows; keeps a direction while it succeeds.",
    "spsa": "Simultaneous perturbation (Spall), penalised beyond the limits: a probe, then a step along the gradient.",
    "tpe": "Optuna's TPE, multivariate, with the guardrails as constraints.",
    "cmaes": "CMA-ES of the package `cmaes`; trials beyond a limit rank last.",
    "safe-gp": "A Gaussian process per response, as in SafeOpt: upper confidence bound among what is surely safe.",
}


def with_error(found: Figure, digits: int = 3) -> str:
    """Return a mean and its standard error."""
    if found.mean is None:
        return NONE
    return plain(found, digits) + ("" if found.se is None else f" ± {found.se:.{digits}f}")


def signed(found: Figure, digits: int = 3) -> str:
    """Return a difference with its sign, and its standard error."""
    if found.mean is None:
        return NONE
    return f"{found.mean:+.{digits}f}" + ("" if found.se is None else f" ± {found.se:.{digits}f}")


def plain(found: Figure, digits: int) -> str:
    """Return a mean."""
    return NONE if found.mean is None else f"{found.mean:.{digits}f}"
