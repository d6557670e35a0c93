"""The command line: parse and wire only."""
