"""Tests of the controller's api."""
