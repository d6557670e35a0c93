"""Sliding bounds: the box, inside a parameter's hard bounds, that the autopilot may propose values in. Pure."""
