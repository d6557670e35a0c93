"""Proofs of the whole: golden cases, the demo."""
