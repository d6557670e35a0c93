"""Pure decisions: evidence in, verdicts with reasons out. Time and randomness are arguments."""
