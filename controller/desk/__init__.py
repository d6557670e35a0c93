"""The operator's desk: what a command asks for, what it would do, and who answers."""
