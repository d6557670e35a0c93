"""What a whole cycle costs the controller itself, on a live stack with a real Prometheus."""
