"""Control the share of false links over all rounds: each pair is tested once, when it comes.

`linked` is judged anew in every round with all that is known by then. `called_on` is the other
promise: a call that was made once, in the round in which both were first compared, and of all
such calls of all rounds at most the level is false, however many rounds there will be. What
decides stands in the tables of the round before; nothing else is remembered.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from jaxtyping import Bool, Float

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import RoundHeld, kind_of
from nanoward.base.findings import Finding
from nanoward.base.tables import BOND_BATCHES, BOND_PEOPLE
from nanoward.bonds import (
    BondRules,
    ComparedParticipant,
    HypothesisBatch,
    batch_benjamini_hochberg,
    benjamini_hochberg,
    families_of,
    family_weights,
)
from nanoward.bonds.contacts.pair_places import places_of
from nanoward.flows.steps.parquet import table_of
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports

STATE = ("bonds", "bond_batches")
PEOPLE = "bond_people"  # rounds held before it was kept have every pair in `bonds`
KEY = ("a", "b", "stratum")
KEPT = ("first_tested", "p_online", "called_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTests:
    """What the round before says of pairs that were tested.

    pairs     a, b, stratum, first_tested, p_online, called_on of the rows it kept
    batches   BOND_BATCHES
    people    participant, stratum, first_tested of those compared then; empty where it kept
              every pair
    findings  on rounds that are passed over
    """

    pairs: pl.DataFrame
    batches: pl.DataFrame
    people: pl.DataFrame
    findings: tuple[Finding, ...] = ()

    @property
    def called(self) -> pl.DataFrame:
        """Pairs that were called for good: they stay in the table."""
        return self.pairs.filter(pl.col("called_on").is_not_null()).select(KEY)


def control_fdr_online(
    earlier: EarlierTests,
    bonds: pl.DataFrame,
    rules: BondRules,
    day: date,
    every: pl.DataFrame | None = None,
) -> Outcome:
    """BONDS with the three columns of online control, and the batches of all rounds so far.

    A pair that has no p-value yet is tested in the first round in which it has one.
    every  all pairs that were compared; `bonds` if None
    """
    whole = bonds if every is None else every
    known = earlier.pairs.filter(pl.col("first_tested").is_not_null())
    fresh = whole.filter(pl.Series(_untested(whole, earlier)))
    p = weighted_p(fresh)
    rows = earlier.batches.to_dicts()
    called = np.zeros(len(p), bool)
    tested = ~np.isnan(p)
    if tested.any():
        batch = batch_benjamini_hochberg(p, batches_of(earlier.batches), rules.alpha)
        called = np.nan_to_num(benjamini_hochberg(p), nan=2.0) <= batch.level
        rows.append(
            {
                "round": day,
                "pairs": batch.count,
                "level": batch.level,
                "called": batch.called,
                "most_called": batch.most_called,
            }
        )
    first = fresh.select(
        *(pl.col(name).cast(pl.String) for name in KEY),
        pl.when(pl.Series(tested)).then(pl.lit(day)).alias("first_tested"),
        pl.Series("p_online", p).fill_nan(None),
        pl.when(pl.Series(called)).then(pl.lit(day)).alias("called_on"),
    )
    if every is not None:  # only rows that are kept are looked for
        first = first.join(bonds.select(KEY), on=list(KEY), how="semi")
    state = pl.concat([known, first])
    joined = bonds.drop(*KEPT).join(state, on=list(KEY), how="left", maintain_order="left")
    joined = _since_both(joined, earlier)
    return Outcome(
        tables={
            "bonds": joined.select(bonds.columns),
            "bond_batches": frame_of(BOND_BATCHES, rows),
        },
        findings=earlier.findings,
        facts={
            "pairs tested for the first time": int(tested.sum()),
            "links called for good, over all rounds": joined["called_on"].count(),
        },
    )


def _untested(pairs: pl.DataFrame, earlier: EarlierTests) -> Bool[np.ndarray, " N"]:
    """Pairs that no round before has tested: not among its rows, nor both of its people there.

    A row without `first_tested` was compared and could not be tested: it waits.
    """
    new = np.ones(pairs.height, bool)
    if earlier.people.height:
        since = earlier.people.filter(pl.col("first_tested").is_not_null())
        for (stratum,), own in pairs.with_row_index("row").group_by("stratum"):
            known = since.filter(pl.col("stratum") == str(stratum))["participant"].to_list()
            both = (places_of(own["a"], known) >= 0) & (places_of(own["b"], known) >= 0)
            new[own["row"].to_numpy()[both]] = False
    kept = earlier.pairs.select(*KEY, pl.col("first_tested").is_null().alias("waits"))
    kinds = {name: pairs.schema[name] for name in KEY}
    kept = kept.with_columns(
        pl.col(name).cast(kind, strict=False) for name, kind in kinds.items()
    ).drop_nulls()
    found = pairs.select(KEY).with_row_index("row").join(kept, on=list(KEY), how="inner")
    new[found["row"].to_numpy()] = found["waits"].to_numpy()
    return new


def _since_both(bonds: pl.DataFrame, earlier: EarlierTests) -> pl.DataFrame:
    """`first_tested` of pairs that were tested in a round that did not keep them."""
    if not earlier.people.height:
        return bonds
    since = earlier.people.select("participant", "stratum", "first_tested")
    sides = [f"since_{side}" for side in ("a", "b")]
    told = bonds.join(
        earlier.pairs.select(*KEY, pl.col("first_tested").is_null().alias("waits")),
        on=list(KEY), how="left", maintain_order="left",
    )  # fmt: skip
    for side, name in zip(("a", "b"), sides, strict=True):
        told = told.join(
            since.rename({"participant": side, "first_tested": name}),
            on=[side, "stratum"], how="left", maintain_order="left",
        )  # fmt: skip
    known = pl.all_horizontal(pl.col(sides).is_not_null()) & ~pl.col("waits").fill_null(
        value=False
    )
    both = pl.when(known).then(pl.max_horizontal(*sides))
    return told.with_columns(pl.coalesce("first_tested", both).alias("first_tested"))


def people_table(
    people: Sequence[ComparedParticipant],
    earlier: EarlierTests,
    day: date | None,
    *,
    tested: bool,
) -> pl.DataFrame:
    """BOND_PEOPLE: who was compared, and since which round without a break.

    tested  any pair of this round has a p-value
    """
    columns = ("participant", "stratum", "first_tested")
    since = {(row[0], row[1]): row[2] for row in earlier.people.select(columns).rows()}
    if not since:  # of a round that kept no such table, but every pair
        pairs = earlier.pairs.drop_nulls("first_tested")
        sides = [pairs.select(pl.col(side).alias("who"), *columns[1:]) for side in ("a", "b")]
        first = pl.concat(sides).group_by("who", "stratum").agg(pl.col("first_tested").min())
        since = {(row[0], row[1]): row[2] for row in first.rows()}
    sizes = Counter(one.stratum for one in people)
    return frame_of(
        BOND_PEOPLE,
        (
            {
                "participant": one.participant,
                "stratum": one.stratum,
                "sample": one.sample,
                "others": sizes[one.stratum] - 1,
                "first_tested": since.get((one.participant, one.stratum))
                or (day if tested else None),
            }
            for one in people
        ),
    )


def weighted_p(fresh: pl.DataFrame) -> Float[np.ndarray, " N"]:
    """P-values of pairs that are tested together, each over the weight of its family."""
    p = fresh["p_value"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    family = families_of(
        fresh["is_unrelated"].fill_null(value=False).to_numpy(),
        (fresh["contact"] != "").to_numpy(),
    )
    gap = fresh["gap_score"].cast(pl.Float64).fill_null(0.0).to_numpy()
    weighted: Float[np.ndarray, " N"] = np.minimum(p / family_weights(p, family, gap), 1.0)
    return weighted


def batches_of(table: pl.DataFrame) -> tuple[HypothesisBatch, ...]:
    """Batches in the order of their rounds."""
    return tuple(
        HypothesisBatch(
            count=row["pairs"],
            level=row["level"],
            called=row["called"],
            most_called=row["most_called"],
        )
        for row in table.sort("round").to_dicts()
    )


def last_state(ports: Ports, day: date) -> EarlierTests:
    """The tables of the last round before a day that tested pairs; empty ones without any.

    A round whose tables are gone or are not those on the ledger is passed over, and told.
    """
    findings: list[Finding] = []
    for name, hashes in reversed(_rounds_before(ports, day)):
        paths = {one: f"tables/{one}.parquet" for one in (*STATE, PEOPLE)}
        if not {paths[one] for one in STATE} <= set(hashes):
            continue
        asked = {one: path for one, path in paths.items() if path in hashes}
        content = {one: ports.folder.round_file(name, path) for one, path in asked.items()}
        held = {one: told for one, told in content.items()
                if told is not None and sha256_of(told) == hashes[paths[one]]}  # fmt: skip
        if held.keys() == asked.keys():
            tables = {one: table_of(told) for one, told in held.items()}
            return EarlierTests(
                pairs=tables["bonds"].select(*KEY, *KEPT),
                batches=tables["bond_batches"],
                people=tables.get(PEOPLE, frame_of(BOND_PEOPLE, ())),
                findings=tuple(findings),
            )
        findings.append(_not_as_recorded(name))
    return no_tests(tuple(findings))


def no_tests(findings: tuple[Finding, ...] = ()) -> EarlierTests:
    """Before the first round."""
    kinds = {**dict.fromkeys(KEY, pl.String), "first_tested": pl.Date, "p_online": pl.Float64,
             "called_on": pl.Date}  # fmt: skip
    return EarlierTests(
        pairs=pl.DataFrame(schema=kinds),
        batches=frame_of(BOND_BATCHES, ()),
        people=frame_of(BOND_PEOPLE, ()),
        findings=findings,
    )


def _rounds_before(ports: Ports, day: date) -> list[tuple[str, dict[str, str]]]:
    """Rounds before a day with the hashes of their tables as last recorded, in order."""
    found: dict[str, dict[str, str]] = {}
    for record in ports.ledger.records(kind=kind_of(RoundHeld)):
        if str(record.body["as_of"]) < day.isoformat():
            pairs = [str(one).split("=", 1) for one in record.body["tables"]]
            found[str(record.body["round"])] = {one[0]: one[1] for one in pairs}
    return sorted(found.items())


def _not_as_recorded(name: str) -> Finding:
    return Finding(
        code="BND-004",
        severity="error",
        message=f"the tables of bonds of round {name} are not those that the ledger names; "
        "links called for good in it are not counted",
        next_step=f"Hold round {name} again, then this one",
        subject=name,
    )
