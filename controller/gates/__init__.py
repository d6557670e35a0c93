"""Quality gates, one per file, each a function from evidence to Verdict(passed, reason)."""
