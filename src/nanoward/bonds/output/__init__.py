"""Bonds for other programs (GraphML, HIV-TRACE JSON, Auspice, Newick).

May import every other sub-house of bonds.
"""
