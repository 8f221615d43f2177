"""The compiled kernel: layout, dosing records, integration, likelihood, the search for the MAP.

May import models, maths and base.
"""
