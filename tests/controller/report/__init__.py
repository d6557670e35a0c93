"""The report, from journals as a controller writes them."""
