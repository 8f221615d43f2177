"""Regimens: doses, intervals, infusion times that reach an exposure, and what regimens do.

May import dosing, models, kernel, data, estimation, maths and base.
"""
