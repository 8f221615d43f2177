"""Books: double entry in whole minor units, what everybody earned, and how they are paid.

May import maths and base.
"""
