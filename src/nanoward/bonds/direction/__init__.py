"""Which way and when: dates, molecular clock, direction, closeness before and after dosing.

May import relatedness, contacts, maths and base.
"""
