"""Golden cases: files, subjects, runs and what surrounds them."""
