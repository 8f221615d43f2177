"""Bonds: who shares factors beyond chance, which way, and does contact explain it?

`people_to_compare` picks one sample per person and stratum, `stratum_bonds` compares all
pairs of a stratum and gives p-values from its unrelated pairs, `judged_bonds` corrects for
the number of pairs of the whole round. `direction_of`, `expected_transmissions`,
`contact_effect`, `before_and_after` and `clusters` say what can be said of the links.
"""

from nanoward.bonds.contact import BeforeAfter, ContactEffect, before_and_after, contact_effect
from nanoward.bonds.direction import Direction, direction_of, odds_from_dates
from nanoward.bonds.exports import auspice_json, distance_csv, graphml, newick, trace_json
from nanoward.bonds.network import Clusters, clusters
from nanoward.bonds.people import Person, contacts_by_pair, people_to_compare
from nanoward.bonds.relating import judged_bonds, stratum_bonds
from nanoward.bonds.rules import BondRules, bond_rules
from nanoward.bonds.score import Background, background_of, link_scores, rarity
from nanoward.bonds.significance import q_values, unrelated_pairs
from nanoward.bonds.transmissions import Clock, chance_of_at_most, expected_transmissions
from nanoward.maths.false_discovery import benjamini_hochberg

__all__ = [
    "Background",
    "BeforeAfter",
    "BondRules",
    "Clock",
    "Clusters",
    "ContactEffect",
    "Direction",
    "Person",
    "auspice_json",
    "background_of",
    "before_and_after",
    "benjamini_hochberg",
    "bond_rules",
    "chance_of_at_most",
    "clusters",
    "contact_effect",
    "contacts_by_pair",
    "direction_of",
    "distance_csv",
    "expected_transmissions",
    "graphml",
    "judged_bonds",
    "link_scores",
    "newick",
    "odds_from_dates",
    "people_to_compare",
    "q_values",
    "rarity",
    "stratum_bonds",
    "trace_json",
    "unrelated_pairs",
]
