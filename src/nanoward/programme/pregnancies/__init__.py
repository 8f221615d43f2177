"""Pregnancies: cases from a first report to a child of 24 months; what they show together.

Cumulative incidences with late entry, the length of gestation learnt from conception intervals,
and the contacts that follow from it. May import maths and base.
"""
