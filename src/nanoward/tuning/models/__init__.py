"""Models: formulas, dynamics, compartments, libraries; text to a compiled model and back.

May import maths and base.
"""
