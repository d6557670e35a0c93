"""Tests of grafana/."""
