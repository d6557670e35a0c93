"""What a long journal costs: reading it, folding it, checking it, and asking its history for pages."""
