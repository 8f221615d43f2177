"""Sections of the report, one per question that a reader has.

May import charts, drawing, flows and base.
"""
