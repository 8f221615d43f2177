"""Urgent: events that an authority must hear of in days; verdicts, clocks, reports, a register.

Knows reference safety information and moments given as arguments. May import maths and base.
"""
