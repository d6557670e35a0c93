"""An emergency pause: its three acts, and the note it leaves where the journal cannot take it."""
