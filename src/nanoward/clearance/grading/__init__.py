"""Grading of laboratory results, vital signs and events by published tables (CTCAE, DAIDS).

May import sdtm, maths and base.
"""
