"""Pure decisions: statistics are tested as statistics, with fixed seeds and a stated Monte-Carlo error."""
