"""Tests of controller/triage."""
