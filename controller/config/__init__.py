"""`autopilot.yaml` as values: the whole, its sections, and what tells two of them apart."""
