"""Who may choose the changes in a simulation, by name; a proposer's module is imported only when it is asked for."""

from __future__ import annotations

import difflib
from importlib import import_module

from controller.errors import ConfigError
from controller.trials.simulation.task import MakeProposer

PROPOSERS = {
    "kalman": "controller.trials.simulation.proposers.kalman:make",
    "static": "controller.trials.simulation.proposers.static:make",
    "random": "controller.trials.simulation.proposers.random_walk:make",
    "coordinate": "controller.trials.simulation.proposers.coordinate:make",
    "spsa": "controller.trials.simulation.proposers.spsa:make",
    "tpe": "controller.trials.simulation.proposers.tpe:make",
    "cmaes": "controller.trials.simulation.proposers.cmaes_:make",
    "safe-gp": "controller.trials.simulation.proposers.safe_gp:make",
}


def proposer(name: str) -> MakeProposer:
    """Return the maker of a proposer.

    Raises:
        ConfigError: the name is unknown, with the nearest one; or a package that the proposer needs is not installed.
    """
    if name not in PROPOSERS:
        near = difflib.get_close_matches(name, PROPOSERS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(PROPOSERS)}"
        raise ConfigError(f"unknown proposer {name!r}{hint}")
    module, _, factory = PROPOSERS[name].partition(":")
    try:
        made: MakeProposer = getattr(import_module(module), factory)
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"proposer {name!r} needs the package {error.name!r}, which is not installed: "
            "install requirements.lock as scripts/make-venv does, or choose another proposer"
        ) from error
    return made
