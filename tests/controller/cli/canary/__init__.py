"""Commands about canaries."""
