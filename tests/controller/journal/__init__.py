"""The journal: events, the fold, the chain, the store."""
