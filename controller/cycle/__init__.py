"""The cycle, one step per file: observe, propose, validate, canary, apply, measure."""
