"""Tests of planning and replay."""
