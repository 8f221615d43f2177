"""Charts: one picture each, from rows to SVG.

May import drawing and base.
"""
