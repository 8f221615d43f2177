"""Figures of a round that are no table: every name that a room may give one, and what it says.

round.json holds them by room and name. Whoever reads one of them asks for a name of this list.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A figure's declaration.

    name  as it stands in round.json; one that ends with "*" is a family ("messages *")
    """

    room: str
    name: str
    meaning: str


def _of(room: str, *told: tuple[str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(room=room, name=name, meaning=meaning) for name, meaning in told)


COMPARED_WITH, NO_ROUND_BEFORE = "compared with", "no round before"
UNKEPT = "serious events without a clock"
PROMISED = (
    "promised weeks until a false alarm",
    "promised days until a false alarm",
    "promised hours until a false track",
)
BEFORE_THE_AGENT = "did the bond come before the agent?"
MUTE_STRATA = "strata in which no link could have been told"

FACTS: tuple[Fact, ...] = (
    *_of(
        "agents",
        ("agent", "name and version of the spec; empty without one"),
        ("published version", "the newest version that was published"),
        ("spec expires", "day on which the spec ends"),
        ("lots given", "lots that anybody received"),
        ("lots without a release", "of these, lots that were never released"),
    ),
    *_of(
        "catalogue",
        ("samples typed", "samples of which the genome was read"),
        ("samples typed from reads", "of these, samples called from reads here"),
        ("typed as *", "samples that hold the agent, another, or cannot be read"),
        ("factors", "markers found, over all samples"),
        ("minor variants", "markers that only a part of a sample's agents carries"),
        ("variants acquired in hosts", "changes that came after the agent was given"),
        ("new alleles per site and year", "rate of change over everybody"),
        ("its lower 95 % limit", "of that rate"),
        ("its upper 95 % limit", "of that rate"),
        ("loci and sites changed more often than chance", "recurrent changes"),
        ("dN/dS", "selection over the whole genome"),
        ("guarded loci altered", "kill and safety loci that are not as designed"),
        ("samples whose owner was checked", "samples that the owner's others tell of"),
        ("samples whose owner could not be told", "samples that nothing tells of"),
        ("samples that fit somebody else", "possible swaps"),
        ("share of swaps that would be seen", "power of that check"),
        ("pairs of one run compared", "pairs of samples looked at for carryover"),
        (
            "of these, pairs in which 5 % of one in the other would be seen",
            "power of that check",
        ),
        ("samples with material of another", "samples flagged for carryover"),
        ("strains present, of strain-samples after a dose", "of products of several strains"),
        ("called in people without the product", "false calls, and the level that was set"),
    ),
    *_of(
        "bonds",
        ("people compared", "people with a sample that was typed"),
        ("pairs compared", "pairs of them within strata"),
        ("pairs with recorded contact", "pairs of whom a contact is known"),
        ("pairs linked", "pairs who share beyond chance"),
        ("strata", "groups within which people are compared"),
        (MUTE_STRATA, "of all strata asked"),
        ("lowest score that was linked", "score of the weakest link"),
        ("links without recorded contact", "links that no contact explains"),
        ("groups of linked people", "clusters"),
        ("contact against links, p", "permutation test of contact against links"),
        ("odds of a link per doubling of contact", "with 95 % limits, or cannot tell"),
        ("share of links attributable to contact", "with 95 % limits, or cannot tell"),
        ("pairs tested for the first time", "of this round"),
        ("links called for good, over all rounds", "by the online rule"),
        (BEFORE_THE_AGENT, "before, after, both or neither"),
        ("closer before than pairs without the agent", "hours, and a p-value"),
        ("rise beyond theirs", "hours with 95 % limits, a p-value, and pairs on each side"),
    ),
    *_of(
        "clearance",
        ("participants", "people in the clinical records"),
        ("results graded", "laboratory results with a grade"),
        ("grading", "table of grades"),
        ("must sign anew", "people whose consent is to be renewed"),
        ("stopping rules that say stop", "rules of the plan that were crossed"),
        *(
            (word, "people with this standing")
            for word in (
                *("cleared", "screened", "held", "recalled", "discontinued"),
                *("completed", "withdrawn", "died"),
            )
        ),
    ),
    *_of(
        "tuning",
        ("model", "name of the model"),
        ("model_sha256", "which model exactly"),
        ("time_unit", "of the model"),
        ("people", "people with a fit"),
        ("converged", "people all of whose fits converged"),
        ("held_back", "observations that the fit did not see"),
        ("held_back_within_band", "of these, those within their band of 90 %"),
        ("coverage", "their share"),
        ("recommended", "people with a recommended setting"),
        ("refused", "people for whom no setting is allowed"),
    ),
    *_of(
        "control",
        ("orders sent", "orders that went out"),
        ("orders not settled", "of these, orders nobody answered for yet"),
        ("kill codes", "kill codes that were asked for"),
        ("kill codes open", "of these, those still on their way"),
        ("due for flush verification", "people whose flush is being verified"),
        ("flushes cleared", "people of whom the agent is gone"),
        ("escaped", "people in whom a kill code failed"),
    ),
    *_of(
        "watch",
        *((name, "run length that the plan promises") for name in PROMISED),
        ("threshold of the evidence", "evidence from which there is an alarm"),
        ("evidence now", "at the end of the data"),
        ("incidents that go on", "incidents that did not end"),
        ("of them not acknowledged", "incidents that nobody took up"),
        ("tracks that go on", "moving objects still seen"),
        ("tracks under alarm", "of these, those that come too near"),
    ),
    *_of(
        "audit",
        ("partners", "partners of the plan"),
        ("claims received", "claims on the ledger"),
        ("envelopes refused", "claims that were not taken"),
        ("chance of a false pattern in a partner-year, at most", "alpha of the plan"),
        ("judgements appealed and not decided", "appeals that wait"),
    ),
    *_of(
        "programme",
        ("files read", "files of data and agents"),
        (COMPARED_WITH, "the round that this one was compared with"),
        ("changes", "rows of the table round_changes"),
        ("changes to confirm", "of these, changes that wait for a person"),
        ("council pauses", "pauses of the council that stand"),
        ("council actions", "actions of the council that are open"),
        ("exposed people", "carriers who never received the agent"),
        ("pregnancies", "cases"),
        ("pregnancies without consent", "people who asked that nothing be kept"),
        ("term", "length of pregnancy as learnt, in words"),
        ("urgent events", "events whose report is due or done"),
        (UNKEPT, "the plan has no [programme.urgent]"),
        ("messages *", "messages between sites, by state"),
    ),
)


def declared_fact(room: str, name: str, facts: Iterable[Fact] = FACTS) -> Fact | None:
    """The declaration of a room's figure; None where nobody declared it."""
    for one in facts:
        family = one.name.removesuffix("*")
        if one.room == room and (
            one.name == name or (family != one.name and name.startswith(family))
        ):
            return one
    return None
