"""Tests of what is told of past canaries."""
