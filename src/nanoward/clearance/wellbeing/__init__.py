"""Wellbeing and will: instruments, within-person change, the advance directive.

May import sdtm, maths and base.
"""
