"""Tests of the configuration: the whole, its sections, its digest."""
