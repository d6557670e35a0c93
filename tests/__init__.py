"""Tests; the folders mirror those of the code."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy; as the command line does
