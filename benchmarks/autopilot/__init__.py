"""Proposers side by side on simulated plants: `python -m benchmarks.autopilot`. Who gains most, and how safely.

Every case (`cases.py`) is played by every proposer on the same seeds (`play.py`, `run.py`); the figures are kept as
JSON (`results.py`), compared seed by seed (`compare.py`) and shown (`page.py`, `plots/`).
"""
