"""What the autopilot has learnt of a service, and what it proposes: response models, constraints, candidates, words."""
