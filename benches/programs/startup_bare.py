"""The time to start."""
