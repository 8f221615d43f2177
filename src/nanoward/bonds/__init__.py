"""Bonds: who shares factors beyond chance, which way, and does contact explain it?

`people_to_compare` picks one sample per person and stratum, `stratum_bonds` compares all
pairs of a stratum and gives p-values from its unrelated pairs, `judged_bonds` corrects for
the number of pairs of the whole round.
"""

from nanoward.bonds.people import Person, contacts_by_pair, people_to_compare
from nanoward.bonds.relating import judged_bonds, stratum_bonds
from nanoward.bonds.rules import BondRules, bond_rules
from nanoward.bonds.score import Background, background_of, link_scores, rarity
from nanoward.bonds.significance import q_values, unrelated_pairs

__all__ = [
    "Background",
    "BondRules",
    "Person",
    "background_of",
    "bond_rules",
    "contacts_by_pair",
    "judged_bonds",
    "link_scores",
    "people_to_compare",
    "q_values",
    "rarity",
    "stratum_bonds",
    "unrelated_pairs",
]
