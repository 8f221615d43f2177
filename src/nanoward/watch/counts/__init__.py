"""Counts: what the programme or a file holds, as streams on one grid of days or weeks.

Knows tables of counts, their grid, exposure and who is silent; nothing of evidence.
"""
