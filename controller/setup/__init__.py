"""From nothing to a canary: is everything in place, what is missing, and a first configuration from what is there."""
