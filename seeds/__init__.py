"""Data that comes with the service: example articles and the directory of well-known sources."""
