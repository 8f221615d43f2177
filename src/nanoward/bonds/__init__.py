"""Bonds: who shares factors beyond chance, which way, and does contact explain it?

`participants_to_compare` picks one sample per person and stratum, `stratum_bonds` compares all
pairs of a stratum, `judged_pairs` gives p-values from the unrelated pairs of the whole round,
corrects for the number of pairs and says which are kept. `links_of_genomes` does all of this
on arrays. `direction_of`, `expected_transmissions`, `contact_effect`, `before_and_after` and
`clusters` say what can be said of the links.
"""

from nanoward.bonds.arrays import Links, SampleLabels, links_of_genomes, links_of_shares
from nanoward.bonds.contacts.comparison_set import (
    ComparedParticipant,
    contacts_by_pair,
    lot_samples,
    participants_to_compare,
)
from nanoward.bonds.contacts.contact_effect import ContactEffect, contact_effect
from nanoward.bonds.direction.before_after import BeforeAfter, before_and_after, closeness_of
from nanoward.bonds.direction.direction import Direction, direction_of, odds_from_dates
from nanoward.bonds.direction.molecular_clock import (
    MolecularClock,
    chance_of_at_most,
    expected_transmissions,
)
from nanoward.bonds.linkage.clusters import Clusters, clusters, group_table
from nanoward.bonds.linkage.kept_pairs import score_table
from nanoward.bonds.linkage.link_calls import (
    JudgedPairs,
    called_bonds,
    judged_pairs,
    mute_strata,
    of_all_strata,
)
from nanoward.bonds.linkage.pairwise_comparison import stratum_bonds
from nanoward.bonds.linkage.significance import (
    families_of,
    family_weights,
    q_values,
    unrelated_pairs,
)
from nanoward.bonds.output.exports import (
    auspice_json,
    distance_csv,
    graphml,
    newick,
    trace_json,
)
from nanoward.bonds.output.metadata import NodeMetadata, node_metadata
from nanoward.bonds.relatedness.link_score import (
    UnrelatedDistances,
    link_scores,
    rarity,
    unrelated_distances,
)
from nanoward.bonds.rules import BondRules, bond_rules
from nanoward.maths.statistics.false_discovery import (
    HypothesisBatch,
    batch_benjamini_hochberg,
    benjamini_hochberg,
)

SECTIONS = {
    "bonds": ("nanoward.bonds.rules:BondRules", "nanoward.bonds.rules:bond_rules")
}  # read from the source; see base/plan_keys/declared_sections.py

__all__ = [
    "BeforeAfter",
    "BondRules",
    "Clusters",
    "ComparedParticipant",
    "ContactEffect",
    "Direction",
    "HypothesisBatch",
    "JudgedPairs",
    "Links",
    "MolecularClock",
    "NodeMetadata",
    "SampleLabels",
    "UnrelatedDistances",
    "auspice_json",
    "batch_benjamini_hochberg",
    "before_and_after",
    "benjamini_hochberg",
    "bond_rules",
    "called_bonds",
    "chance_of_at_most",
    "closeness_of",
    "clusters",
    "contact_effect",
    "contacts_by_pair",
    "direction_of",
    "distance_csv",
    "expected_transmissions",
    "families_of",
    "family_weights",
    "graphml",
    "group_table",
    "judged_pairs",
    "link_scores",
    "links_of_genomes",
    "links_of_shares",
    "lot_samples",
    "mute_strata",
    "newick",
    "node_metadata",
    "odds_from_dates",
    "of_all_strata",
    "participants_to_compare",
    "q_values",
    "rarity",
    "score_table",
    "stratum_bonds",
    "trace_json",
    "unrelated_distances",
    "unrelated_pairs",
]
