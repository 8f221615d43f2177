"""Relatedness of two samples: shared alleles, distances, and the score of a link.

May import maths, base and the rules of the room.
"""
