"""Sequencing: reads to counts. K-mer index, mapper, pile-up, identity of reads, alignment.

Knows letters and positions, no sample, lot or person. May import maths and base.
"""
