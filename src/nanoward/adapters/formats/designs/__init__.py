"""Designs of agents: GenBank and SBOL3.

May import formats.problems and base.
"""
