"""Tests of the stack: real processes, real servers."""
