"""Statistics: tails, false discovery, regressions, change points, sequential designs, mixtures.

Knows numbers and chance given as arguments. May import maths.jit.
"""
