"""Seeds to develop on and seeds to publish are apart."""

from __future__ import annotations

from benchmarks.autopilot.seeds import SeedSet, seeds


def test_the_sets_share_no_seed_and_more_seeds_begin_with_the_same() -> None:
    assert set(seeds(SeedSet.DEV, 10_000)).isdisjoint(seeds(SeedSet.FINAL, 10_000))
    assert list(seeds(SeedSet.DEV, 40))[:5] == list(seeds(SeedSet.DEV, 5))
