"""What came of a sample: its inputs, its alignment to the reference, its profile and doubts.

May import maths, sequencing and base; not the other sub-houses of the catalogue.
"""
