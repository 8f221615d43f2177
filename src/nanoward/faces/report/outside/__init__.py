"""Sections about what comes from outside: alarms, objects, partners.

Knows the round's tables and how they are drawn. May import sections, charts and drawing.
"""
