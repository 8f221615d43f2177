"""Families of sequential stopping rules, a module each: `FAMILY` declares it.

May import maths and base.
"""
