"""Tests of the operator's desk."""
