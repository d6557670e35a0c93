"""LLM calls, module by module."""
