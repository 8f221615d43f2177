"""The plan's [clearance] section as values: criteria of standings, stopping rules.

May import grading, wellbeing, maths and base.
"""
