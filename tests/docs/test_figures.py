"""Counts that the pages quote from a run are still those of the checkout."""

from __future__ import annotations

import re

from controller.adapters.config_file import read_config
from controller.adapters.generated import generated_files
from controller.golden.open import cases_of
from tests.docs import pages

TEXTS = [pages.read(path) for path in pages.PAGES]
WRITE = "README, docs or examples quote what stands on the left; write what stands on the right"


def quoted(pattern: str) -> set[int]:
    """Return the numbers that stand in front of some words, anywhere."""
    return {int(found) for text in TEXTS for found in re.findall(pattern, text)}


def test_generated_files() -> None:
    assert quoted(r"\b(\d+) generated files are current") == {len(generated_files())}, WRITE


def test_golden_cases() -> None:
    config = read_config(pages.ROOT / "autopilot.yaml")
    assert quoted(r"\b(\d+) (?:golden )?cases passed") == {len(cases_of(config))}, WRITE
