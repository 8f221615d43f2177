"""Pointers: what looks odd in rows, never a verdict. They direct what is audited.

May import maths and base. Each says how often honest data show it, and what else explains it.
"""
