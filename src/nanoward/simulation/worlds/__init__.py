"""Small worlds with known truth for one room: bonds and tuning.

May import simulation.files, the rooms and base.
"""
