"""Thirty days of the autopilot on a plant whose truth is known: regret, safety, and how well it predicts."""
