"""Agreements: text and terms in one document, and what leaving would cost under them.

May import maths and base.
"""
