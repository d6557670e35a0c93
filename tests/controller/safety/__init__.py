"""Safety shown by test: kills at every side effect, rival controllers, hard bounds, the emergency pause."""
