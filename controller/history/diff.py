"""What differs between two versions: each arm's values, the arms' shares, the canary."""

from __future__ import annotations

from dataclasses import dataclass

from controller.adapters.version_file import Version
from exporter import names
from exporter.parameter import Value, shown


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    Attributes:
        what: `value` of a parameter in every arm or in the control arm, `value in ARM`, `weight`, `canary` or `salt`.
        name: the parameter or arm; empty for canary and salt.
        old, new: in the first and in the second version; None where it has none.
    """

    what: str
    name: str
    old: Value | None
    new: Value | None

    @property
    def text(self) -> str:
        """The difference as people read it."""
        words = ("-" if value is None else shown(value) for value in (self.old, self.new))
        return f"{f'{self.what} {self.name}'.rstrip()}: {' -> '.join(words)}"

    @property
    def step(self) -> float | None:
        """By how much a number is larger in the second version; None for what is no number."""
        if isinstance(self.old, str) or isinstance(self.new, str) or self.old is None or self.new is None:
            return None
        return float(self.new) - float(self.old)


def differences(first: Version, second: Version) -> tuple[Difference, ...]:
    """Return what differs, control values first. What other arms share with control is not said again."""
    found = [*_between("value", first.values, second.values)]
    for arm in (names.CANARY, names.BASELINE):
        one, two = first.arms[arm], second.arms[arm]
        apart = {
            name
            for version, values in ((first, one), (second, two))
            for name in values
            if values.get(name) != version.values.get(name)
        }
        found += (item for item in _between(f"value in {arm}", one, two) if item.name in apart)
    shares = ({arm: version.weights[arm] for arm in names.ARMS} for version in (first, second))
    found += _between("weight", *shares)
    for what, old, new in (("canary", first.canary, second.canary), ("salt", first.salt, second.salt)):
        if old != new:
            found.append(Difference(what, "", old, new))
    return tuple(found)


def _between(
    what: str, old: dict[str, Value] | dict[str, float], new: dict[str, Value] | dict[str, float]
) -> list[Difference]:
    both = (*old, *(name for name in new if name not in old))
    return [Difference(what, name, old.get(name), new.get(name)) for name in both if old.get(name) != new.get(name)]
