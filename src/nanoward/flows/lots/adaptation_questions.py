"""What adaptation leaves open: loci not read, lots not known, owners and carryover not told."""

from collections.abc import Mapping

import polars as pl

from nanoward.base.findings import Undecided
from nanoward.catalogue.evolution.baseline import FIRST
from nanoward.catalogue.evolution.kill_locus_integrity import UNREAD
from nanoward.catalogue.identity.contamination import NAMELESS, PASSED_ON
from nanoward.catalogue.identity.sample_swap import met_questions


def open_questions(tables: Mapping[str, pl.DataFrame]) -> tuple[Undecided, ...]:
    """Guarded loci that were not read, and hosts whose lot was never sequenced."""
    unread = tables["guarded_loci"].filter(pl.col("state") == UNREAD).to_dicts()
    found = [
        Undecided(
            code="CAT-903",
            room="catalogue",
            subject=row["sample"],
            question=f"is the {row['role']} locus {row['locus']} intact?",
            reason=f"{row['readable']} of its {row['length']} positions were read; "
            "sequence it again",
        )
        for row in unread
    ]
    found += [
        Undecided(
            code="CAT-904",
            room="catalogue",
            subject=row["sample"],
            question=_ASKED[row["verdict"]].format(**row),
            reason=f"{row['shared']} of {row['telling']} alleles of {row['source']} are minor "
            f"in it, about {row['dose']:.1%}, {_WHY[row['verdict']]}; sequence it again in "
            "another run",
        )
        for row in tables["carryover"].filter(pl.col("verdict").is_in(list(_ASKED))).to_dicts()
    ]
    found += met_questions(tables["owners"])
    found += unlotted_people(tables["departures"])
    unknown = tables["departures"].filter(
        (pl.col("start") == FIRST) & pl.col("lot").is_not_null()
    )
    for (lot,), some in unknown.sort("lot").group_by("lot", maintain_order=True):
        people = some["participant"].n_unique()
        found.append(
            Undecided(
                code="CAT-906",
                room="catalogue",
                subject=str(lot),
                question="how far is the agent from what its recipients began with?",
                reason=f"the lot of {people} people was never released here: they are compared "
                "with their own first samples instead",
            )
        )
    return tuple(found)


def unlotted_people(departures: pl.DataFrame) -> list[Undecided]:
    """People whose lot nobody told, where that of others is: they began with who knows what."""
    bare = departures.filter(pl.col("lot").is_null())["participant"].unique().sort().to_list()
    if departures["lot"].null_count() == departures.height:
        return []
    return [
        Undecided(
            code="CAT-907",
            room="catalogue",
            subject=who,
            question="which lot did they receive?",
            reason="neither a sample nor a dose record names it, as those of others do: they "
            "are compared with their own first sample instead",
        )
        for who in bare
    ]


_ASKED = {
    PASSED_ON: "does it hold material of {source}, or was it passed on?",
    NAMELESS: "does it hold foreign material, and of whom?",
}
_WHY = {
    PASSED_ON: "and the two people met",
    NAMELESS: "and nothing tells whether they are of that sample, of another, or its own "
    "earlier state",
}


def unseen_carryover(pairs: pl.DataFrame) -> tuple[Undecided, ...]:
    """Runs in which 5 % of one sample in another would not show in most pairs."""
    return tuple(
        Undecided(
            code="CAT-908",
            room="catalogue",
            subject=run,
            question="does any sample of the run hold material of another?",
            reason=f"in {of - seen} of {of} pairs the two differ in too little for 5 % of one "
            "in the other to be seen; a well left empty in the run would tell",
        )
        for run, of, seen in pairs.select("run", "pairs", "visible").rows()
        if 2 * seen < of
    )
