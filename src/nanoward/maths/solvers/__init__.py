"""Solvers: ordinary differential equations, linear systems, matrix exponentials, trust regions.

Knows arrays and functions, no medicine. May import maths.jit and maths.formulas.
"""
