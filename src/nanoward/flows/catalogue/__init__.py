"""Samples: reads called, consensus typed, presence and divergence.

May import flows.steps, the rooms and ports.
"""
