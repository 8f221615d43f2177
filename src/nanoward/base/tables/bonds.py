"""What the room of bonds finds: links, their groups, and the tests of week after week."""

from nanoward.base.tables.shape import TableShape, column

BONDS = TableShape(
    name="bonds",
    meaning="bonds: one row per pair of participants within a stratum; of a round with more "
    "pairs than keep_pairs those that are linked, near to it, in contact, or the nearest of "
    "somebody",
    key=("a", "b", "stratum"),
    columns=(
        column("a", "text", "participant, first in alphabetical order"),
        column("b", "text", "the other"),
        column("stratum", "text", "season and subtype, lineage ..., joined by ' / '"),
        column("sample_a", "text", "sample used for a"),
        column("sample_b", "text", "sample used for b"),
        column("shared", "int", "factors that both carry"),
        column("differing", "float", "expected differing positions, by frequency"),
        column("compared", "int", "positions readable in both", "bases"),
        column("days_apart", "int", "days between the samples", "d"),
        column(
            "score",
            "float",
            "log-likelihood ratio of genomes and days, link to none",
        ),
        column("gap_score", "float", "part of the score that the days between the samples add"),
        column(
            "p_value",
            "float",
            "share of unrelated pairs of such a stratum and gap whose genomes are as close",
        ),
        column("q_value", "float", "Benjamini-Hochberg over all pairs, weighted by family"),
        column("n_null", "int", "unrelated pairs that the p-value rests on"),
        column("is_unrelated", "bool", "cannot have met: one of those that p_value counts"),
        column("linked", "bool", "q_value at or below the programme's level"),
        column("contact", "text", "recorded kinds of contact, empty when none"),
        column(
            "transmissions", "float", "expected passings between both; null without a clock"
        ),
        column("at_most_one", "float", "probability of at most one, nobody between them"),
        column("p_direction", "float", "probability that a gave it to b, if one did"),
        column("direction", "text", "of a link: a to b, b to a, or undecided"),
        column("cluster", "int", "number of the group of linked people, largest first"),
        column(
            "stability",
            "float",
            "share of networks redrawn (people and doubtful links) with both in one group",
        ),
        column("contact_hours", "float", "recorded time together; null where no contact is"),
        column("contact_first", "date", "first recorded day of a contact, null if not told"),
        column("contact_last", "date", "last recorded day of a contact, null if not told"),
        column(
            "first_possible",
            "date",
            "before it the agent cannot have passed: neither was dosed, or they had not met; "
            "null where neither is on record",
        ),
        column("last_seen", "date", "later day of the two samples: then the link was seen"),
        column("p_needed", "float", "p at which this pair would be called, others as they are"),
        column(
            "most_differing",
            "float",
            "differences up to which these two samples would be called a link; null where even "
            "equal ones would not, or where all carry one lot",
        ),
        column(
            "fewest_shared",
            "int",
            "new factors that only these two share from which they would be called a link; "
            "null where all do not carry one lot",
        ),
        column(
            "least_share",
            "float",
            "least share of reads that both samples would have shown (95 %); null if depths "
            "are not told",
        ),
        column("alarm", "text", "of a link without contact: what may be behind it; else null"),
        column("first_tested", "date", "round in which the pair was first tested"),
        column(
            "p_online",
            "float",
            "its weighted p-value in that round, kept as it was; null if it was not kept then",
        ),
        column("called_on", "date", "round in which it was called for good, null if never"),
    ),
)

BOND_GROUPS = TableShape(
    name="bond_groups",
    meaning="bonds: one row per group of linked people, and how firm it is",
    key=("cluster",),
    columns=(
        column("cluster", "int", "number of the group, largest first"),
        column("people", "list", "its people"),
        column("links", "int", "links among them"),
        column("recovered", "float", "mean Jaccard likeness to the nearest redrawn group"),
        column("low", "float", "share of its people that stay: 2.5 % limit; null of two"),
        column("high", "float", "the same, 97.5 % limit"),
        column("weakest", "float", "stability of its least certain pair"),
    ),
)

BOND_BATCHES = TableShape(
    name="bond_batches",
    meaning="bonds: one row per round that tested pairs for the first time (online control)",
    key=("round",),
    columns=(
        column("round", "date", "day of the round"),
        column("pairs", "int", "pairs first tested then"),
        column("level", "float", "level of that batch (Zrnic et al. 2020)"),
        column("called", "int", "pairs called for good"),
        column("most_called", "int", "calls there would be if one more p-value were 0"),
    ),
)

BOND_SCORES = TableShape(
    name="bond_scores",
    meaning="bonds: one row per stratum and range of scores: pairs without link and contact",
    key=("stratum", "low"),
    columns=(
        column("stratum", "text", "of the pairs, as in bonds"),
        column("low", "float", "score from which on; the first range holds all below it too"),
        column("high", "float", "score up to which; the last range holds it too"),
        column("pairs", "int", "pairs without a link and without a recorded contact"),
        column("unrelated", "int", "those of them that cannot have met: the yardstick"),
    ),
)

BOND_PEOPLE = TableShape(
    name="bond_people",
    meaning="bonds: one row per participant and stratum that was compared",
    key=("participant", "stratum"),
    columns=(
        column("participant", "text", "who"),
        column("stratum", "text", "within which they were compared"),
        column("sample", "text", "sample that speaks for them"),
        column("others", "int", "people they were compared with"),
        column(
            "first_tested",
            "date",
            "round since which they are compared without a break; a pair was first tested on "
            "the later day of its two; null before there is any p-value",
        ),
    ),
)
