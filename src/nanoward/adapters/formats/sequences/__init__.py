"""Sequences, reads and variants: FASTA, FASTQ, BAM, assemblies, VCF.

May import formats.text, formats.values, formats.problems, sequencing and base.
"""
