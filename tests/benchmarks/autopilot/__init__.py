"""Tests of benchmarks/autopilot/."""
