"""Setting up: what doctor, validate and init look at."""
