"""Runners: local processes."""
