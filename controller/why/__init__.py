"""Why is a parameter at its value: the chain of decisions that put it there, as the journal tells it."""
