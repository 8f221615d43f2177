"""Just-in-time compilation: inner loops made machine code by numba, kept beside their source.

The one place in maths that touches the disk (decision 0008). Imports nothing of the house.
"""
