"""Outcomes of dosing: before and after, and paired comparison of settings.

May import every other sub-house of tuning.
"""
