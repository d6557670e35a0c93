"""Shared by the tests of components: real processes on free ports, scrapes, and reading a registry."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

_CODE = "from components.cli import service; service()"
PATIENCE = 60.0
"""Seconds after which something that should happen at once counts as not happening, on a busy machine."""

Scrape = dict[tuple[str, frozenset[tuple[str, str]]], float]


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `service <arguments>` in a process of its own; yield it and its `http://host:port`; stop it after."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", _CODE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "http://" in line:
                yield process, "http://" + line.split("http://")[1].split("/")[0].strip()
                break
        else:
            raise AssertionError(f"it ended before it listened: {''.join(said)}")
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            process.stdout.close()


def exposition(url: str) -> str:
    """Return the text of a /metrics."""
    return requests.get(f"{url}/metrics", timeout=30).text


def scrape(url: str) -> Scrape:
    """Return every sample of a /metrics."""
    return parsed(exposition(url))


def parsed(text: str) -> Scrape:
    """Return every sample of the text of a /metrics."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Scrape, name: str, **labels: str) -> float:
    """Return the sum of the samples of that name which carry these labels; there must be one."""
    picked = [sample for (n, have), sample in found.items() if n == name and labels.items() <= dict(have).items()]
    assert picked, f"no sample of {name} with {labels}"
    return sum(picked)


def eventually(url: str, wanted: float, name: str, **labels: str) -> None:
    """Wait until a metric has a value."""
    deadline = time.monotonic() + PATIENCE
    while (seen := value(scrape(url), name, **labels)) != wanted:
        assert time.monotonic() < deadline, f"{name}{labels} is {seen}, not {wanted}"
        time.sleep(0.05)


def total(registry: CollectorRegistry, name: str, **labels: str) -> float:
    """Return the sum of a registry's samples of that name which carry these labels; there must be one."""
    picked = [
        sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    assert picked, f"no sample of {name} with {labels}"
    return sum(picked)
