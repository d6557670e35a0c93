"""Tests of benchmarks/canary/."""
