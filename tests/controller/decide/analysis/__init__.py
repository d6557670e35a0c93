"""The analysis of a window: false alarms by simulation, and windows that are wrong in every way."""
