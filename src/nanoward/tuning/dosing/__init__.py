"""Dosing: goals, constraints, the optimal setting, forecast, preference, certificates.

May import models, kernel, data, estimation, maths and base.
"""
