"""Triage: what failed, what of it repeats and with what it goes, what to change, and whether that helped before."""
