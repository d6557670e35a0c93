"""Canary judges side by side: `python -m benchmarks.canary`. How often each decides wrongly, what it sees, how soon.

Families of simulated canaries (`families/`) go through every judge (`judges.py`), each case through all of them
(`run.py`); what they answered is counted (`tally.py`), kept as JSON (`results.py`) and shown (`page.py`, `plots/`).
"""
