"""Tests of the controller's own metrics."""
