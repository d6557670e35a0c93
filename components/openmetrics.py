"""Records a registry at given times and writes OpenMetrics text with timestamps, for promtool to make blocks from.

One file per window of two hours, the length of a Prometheus block: promtool reads its whole input once per block, so
one file per block is read once. In a file, families and series are contiguous and times ascend.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry

from exporter import names

BLOCK_SECONDS: Final = 7200


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


@dataclass(frozen=True)
class _Family:
    """A family's head (HELP and TYPE lines) and its metrics, each one or (of a histogram) more series up to the value.

    OpenMetrics wants times to ascend within a metric: all the buckets, count and sum of one time stand together.
    """

    head: str
    metrics: tuple[tuple[str, ...], ...]


def _families(registry: CollectorRegistry, labels: Mapping[str, str]) -> Iterator[_Family]:
    for family in registry.collect():
        metrics: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for sample in family.samples:
            inside = ",".join(f'{name}="{_escape(value)}"' for name, value in {**sample.labels, **labels}.items())
            key = tuple((name, value) for name, value in sample.labels.items() if name != names.LE)
            metrics.setdefault(key, []).append(f"{sample.name}{{{inside}}}")
        head = f"# HELP {family.name} {_escape(family.documentation)}\n# TYPE {family.name} {family.type}\n"
        yield _Family(head, tuple(map(tuple, metrics.values())))


class Recorder:
    """Samples every series of a registry; the set of series must not change while it records.

    Args:
        registry: what is sampled.
        labels: put on every series, as a scrape would (job, instance).
    """

    def __init__(self, registry: CollectorRegistry, labels: Mapping[str, str]) -> None:
        self._registry = registry
        self._families = tuple(_families(registry, labels))
        self._width = sum(len(series) for family in self._families for series in family.metrics)
        self._times: list[int] = []
        self._values = array("d")

    def record(self, now: int) -> None:
        """Sample at unix time `now`, whole seconds, later than every sample before."""
        if self._times and now <= self._times[-1]:
            raise ValueError(f"sample at {now} is not after the one at {self._times[-1]}")
        self._values.extend(sample.value for family in self._registry.collect() for sample in family.samples)
        self._times.append(now)
        if len(self._values) != self._width * len(self._times):
            raise ValueError("a series appeared or vanished while recording: create every child beforehand")

    def write(self, folder: Path) -> list[Path]:
        """Write the files `history-<start of the window>.om`, oldest first, and return their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        begin = 0
        while begin < len(self._times):
            window = self._times[begin] // BLOCK_SECONDS
            end = begin
            while end < len(self._times) and self._times[end] // BLOCK_SECONDS == window:
                end += 1
            path = folder / f"history-{window * BLOCK_SECONDS}.om"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(self._text(begin, end))
            paths.append(path)
            begin = end
        return paths

    def _text(self, begin: int, end: int) -> Iterator[str]:
        stamps = [f" {now}\n" for now in self._times[begin:end]]
        rows = range(begin * self._width, end * self._width, self._width)
        column = 0
        for family in self._families:
            yield family.head
            for metric in family.metrics:
                yield "".join(
                    [
                        f"{series} {_number(value)}{stamp}"
                        for row, stamp in zip(rows, stamps, strict=True)
                        for series, value in zip(
                            metric, self._values[row + column : row + column + len(metric)], strict=True
                        )
                    ]
                )
                column += len(metric)
        yield "# EOF\n"


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else "NaN" if math.isnan(value) else f"{value:+}".replace("inf", "Inf")
