"""LLM calls: a circuit breaker, a client behind it, and a mock server with switchable faults."""
