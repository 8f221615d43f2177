"""SDTM domains as values: subjects, results, events, disposition, cut-off, edit checks.

May import maths and base.
"""
