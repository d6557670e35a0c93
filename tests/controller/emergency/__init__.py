"""Tests of the emergency pause."""
