"""Simulation: complete programmes with known truth."""
