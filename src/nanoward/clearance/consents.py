"""Samples of people who had not agreed, or had taken back their consent, on that day."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from nanoward.base.findings import Finding

_STOP = "Do not use the sample; tell the person and the council, then keep or destroy it."


def unconsented_samples(
    samples: pl.DataFrame, consents: pl.DataFrame, withdrawals: pl.DataFrame | None = None
) -> tuple[Finding, ...]:
    """A finding for every sample taken without a consent that stood on that day.

    samples      sample, participant, taken (date)
    consents     participant, signed (date)
    withdrawals  participant, withdrawn (date); a consent signed later counts again, and so
                 does one signed on the day of the withdrawal not

    A sample without a day is doubted only where no consent exists at all.
    """
    signed = _days(consents, "signed")
    taken_back = {} if withdrawals is None else _days(withdrawals, "withdrawn")
    return tuple(_problems(samples, signed, taken_back))


def _days(table: pl.DataFrame, column: str) -> dict[str, list[date]]:
    grouped = table.drop_nulls().group_by("participant").agg(pl.col(column).sort())
    return dict(grouped.select("participant", column).iter_rows())


def _problems(
    samples: pl.DataFrame, signed: dict[str, list[date]], taken_back: dict[str, list[date]]
) -> Iterator[Finding]:
    columns = ("sample", "participant", "taken")
    for sample, who, taken in samples.select(columns).sort(columns).iter_rows():
        if who not in signed:
            yield _finding("CLR-020", f"sample {sample} is of {who}, who never consented", who)
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
            )
        elif gone and before[-1] <= gone[-1]:
            yield _finding(
                "CLR-022",
                f"sample {sample} of {who} was taken on {taken}, after the withdrawal"
                f" of {gone[-1]}",
                who,
            )


def _finding(code: str, message: str, who: str) -> Finding:
    return Finding(
        code=code,
        severity="error",
        message=message,
        next_step=_STOP,
        column="taken",
        subject=who,
    )
