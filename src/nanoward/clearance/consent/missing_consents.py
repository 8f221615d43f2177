"""Who had not agreed: people and doses without a consent, samples without one that stood."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.clearance.sdtm.baselines import first_doses
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import consents, participants, unplaced_consents

_STOP = "Do not use the sample; tell the person and the council, then keep or destroy it."


def unconsented_samples(
    samples: pl.DataFrame, agreed: pl.DataFrame, withdrawals: pl.DataFrame | None = None
) -> tuple[Finding, ...]:
    """A finding for every sample taken without a consent that stood on that day.

    samples      sample, participant, taken (date)
    agreed       participant, signed (date)
    withdrawals  participant, withdrawn (date); a consent signed later counts again, and so
                 does one signed on the day of the withdrawal not

    A sample without a day is doubted only where no consent exists at all.
    """
    signed = _days(agreed, "signed")
    taken_back = {} if withdrawals is None else _days(withdrawals, "withdrawn")
    return tuple(_problems(samples, signed, taken_back))


def unconsented_people(domains: Domains) -> tuple[Finding, ...]:
    """A finding for everybody of DM without a consent, and for a dose before it."""
    signed = consents(domains).group_by("participant").agg(pl.col("signed").min())
    people = (
        participants(domains)
        .join(signed, on="participant", how="left")
        .join(first_doses(domains.get("EX")), on="participant", how="left")
        .filter("in_dm")
        .join(unplaced_consents(domains), on="participant", how="anti")  # told as that
    )
    return tuple(_unconsented(people))


def _unconsented(people: pl.DataFrame) -> Iterator[Finding]:
    columns = ("participant", "signed", "first_dose")
    for who, signed, dosed in people.select(columns).iter_rows():
        if dosed is not None and (signed is None or signed > dosed):
            told = f"consent was signed on {signed}" if signed else "no consent is on record"
            yield Finding(
                code="CLR-023",
                severity="error",
                message=f"{who} was given a first dose on {dosed}, but {told}",
                next_step="Stop, tell the person and the council, and correct the record.",
                column="RFICDTC",
                subject=who,
                row=row_key("sdtm.DM", USUBJID=who),
            )
        elif signed is None:
            yield Finding(
                code="CLR-024",
                severity="warning",
                message=f"no consent of {who} is on record",
                next_step="Nothing may be done with this person; find the consent or ask.",
                column="RFICDTC",
                subject=who,
                row=row_key("sdtm.DM", USUBJID=who),
            )


def _days(table: pl.DataFrame, column: str) -> dict[str, list[date]]:
    grouped = table.drop_nulls().group_by("participant").agg(pl.col(column).sort())
    return dict(grouped.select("participant", column).iter_rows())


def _problems(
    samples: pl.DataFrame, signed: dict[str, list[date]], taken_back: dict[str, list[date]]
) -> Iterator[Finding]:
    columns = ("sample", "participant", "taken")
    for sample, who, taken in samples.select(columns).sort(columns).iter_rows():
        if who not in signed:
            told = f"sample {sample} is of {who}, who never consented"
            yield _finding("CLR-020", told, who, sample)
            continue
        if taken is None:
            continue
        before = [day for day in signed[who] if day <= taken]
        gone = [day for day in taken_back.get(who, ()) if day < taken]
        if not before:
            yield _finding(
                "CLR-021",
                f"sample {sample} of {who} was taken on {taken}, before the consent"
                f" of {signed[who][0]}",
                who,
                sample,
            )
        elif gone and before[-1] <= gone[-1]:
            yield _finding(
                "CLR-022",
                f"sample {sample} of {who} was taken on {taken}, after the withdrawal"
                f" of {gone[-1]}",
                who,
                sample,
            )


def _finding(code: str, message: str, who: str, sample: str) -> Finding:
    return Finding(
        code=code,
        severity="error",
        message=message,
        next_step=_STOP,
        column="taken",
        subject=who,
        row=row_key("samples", sample=sample),
    )
