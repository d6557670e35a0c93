"""Layer 2: the sidecar controller that tunes parameters in small, bounded, canaried steps."""
