"""Variant calling: reference index, error model, letters and indels, a second strain split off.

May import samples, sequencing, maths and base.
"""
