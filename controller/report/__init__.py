"""`vvtvctl autopilot report`: what was found, tried, predicted and measured over a period. Pure: journal in, text out.

A section is a module with a `section(material)`; `sections.py` says which there are, and in which order.
"""
