"""Tests of the controller's cycle."""
