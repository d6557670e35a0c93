"""The planner: a seeded library, Gumbel-Top-k selection, and the diversity of what was selected."""
