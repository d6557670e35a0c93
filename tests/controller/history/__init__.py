"""Tests of history: entries, index, retention, integrity."""
