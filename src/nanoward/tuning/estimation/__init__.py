"""Estimation: individual MAP, posterior, population parameters, simulation, intervals.

May import models, kernel, data, maths and base.
"""
