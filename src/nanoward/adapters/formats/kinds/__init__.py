"""Formats of files by what they hold: `FORMAT` of a module declares one, or several.

May import every other part of formats.
"""
