"""Formulas: expressions read from text, their derivatives, and the tape that a kernel runs.

Knows numbers and names of symbols, no model. May import maths.jit.
"""
