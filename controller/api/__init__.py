"""The controller's HTTP surface: webhook, health, metrics."""
