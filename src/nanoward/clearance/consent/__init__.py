"""Consent documents, their state, what they permit, and signs of undue influence.

May import sdtm, maths and base.
"""
