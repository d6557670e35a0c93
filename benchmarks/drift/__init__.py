"""Drift monitors: false alarms, delay and what is missed, beside what else could watch."""
