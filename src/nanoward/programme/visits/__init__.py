"""Visits: who comes when, with whom and where; plans by linear programming, checked apart.

May import maths and base.
"""
