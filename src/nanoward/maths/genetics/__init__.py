"""Genetics: sequences, codons, allele frequencies, parsimony, distances of many genomes.

Knows arrays of letters, no sample or person. May import maths.jit and maths.statistics.
"""
