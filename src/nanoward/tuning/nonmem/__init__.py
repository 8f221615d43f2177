"""NONMEM control streams and other programs' estimates, translated to models.

May import models, maths and base.
"""
