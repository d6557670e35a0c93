"""Tests of benchmarks/journal."""
