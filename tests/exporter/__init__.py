"""The shared vocabulary and /metrics, module by module."""
