"""Queries: findings of the last round listed, answered, accepted, assigned.

May import every other folder of flows, the rooms and ports.
"""
