"""Sliding bounds."""
