"""Tests of what the autopilot learns and proposes."""
