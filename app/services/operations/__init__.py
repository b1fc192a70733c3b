"""The operator: status, readiness, rotating keys, and the demo."""
