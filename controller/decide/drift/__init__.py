"""Is what was learnt still true? Monitors of predictions, rollbacks, failures and levels; pauses, and the way back."""
