"""The append-only journal, its events, the fold that turns them into state, and the store."""
