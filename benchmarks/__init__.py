"""Side-by-side measurements: each module of this folder has `run() -> str`, its table. See docs/benchmarks.md."""
