"""Event tables: dosing and observation records, subjects, occasions, findings of records.

May import models, maths and base.
"""
