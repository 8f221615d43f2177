"""Queries to the sources: findings with their identity and life across rounds.

May import maths and base.
"""
