"""The controller's own metrics, one module per part."""
