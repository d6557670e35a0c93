"""The demo: five acts of the closed loop on a live stack, shown by Prometheus, Alertmanager and the journal."""
