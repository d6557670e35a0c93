"""Layer 1: the reference service that is piloted: planner, curator, LLM calls, outcomes, traffic."""
