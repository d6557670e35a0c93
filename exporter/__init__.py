"""Layer 0: the shared vocabulary (metrics, labels, parameters, names) and /metrics. Imports nothing of ours."""
