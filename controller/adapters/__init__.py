"""All IO of the controller: Prometheus, files, Alertmanager, the clock."""
