"""Monitoring over weeks: visits due, liver, stopping boundaries, indicators of sites.

May import sdtm, grading, policy, standing, maths and base.
"""
