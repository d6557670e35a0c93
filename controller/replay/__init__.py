"""What stored ranges say: what a canary could detect, and what a policy would have decided. No IO, no clock."""
