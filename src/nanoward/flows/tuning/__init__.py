"""Tuning: people fitted, settings recommended, adjusted and compared, doses found.

May import flows.steps, the rooms and ports.
"""
