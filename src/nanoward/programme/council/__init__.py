"""Council: its charter, packs that reveal no arm, positions, decisions, pauses, evidence.

Knows tables, entries and moments given as arguments. May import maths and base.
"""
