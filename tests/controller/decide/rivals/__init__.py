"""Rebuilds of other tools' judges: small examples by hand, and the rates that their rules have, by simulation."""
