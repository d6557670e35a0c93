"""Side-by-side measurements: each module of this folder has `run() -> str`, its table. See docs/benchmarks.md."""

from __future__ import annotations

import os

# Before NumPy is imported, also by processes that are started: our matrices are small, and BLAS threads that wait for
# each other on busy cores make a judge up to 75 times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
