"""Sequences: what reads say of others than the agent, by private k-mers; absent with its limit.

Knows catalogues of sequences and counts of distinct reads; may import sequencing.
"""
