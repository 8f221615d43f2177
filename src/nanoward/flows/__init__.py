"""Flows: one file per use case, verb_noun.py, read from top to bottom."""
