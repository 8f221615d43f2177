"""K-mers: words of a fixed length as numbers, those that only one agent has, and sketches.

Knows letters, no sample, lot or person. May import maths and base.
"""
