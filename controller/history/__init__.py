"""History: what was ever in force, why, and what came of it; kept, found, compared, compressed."""
