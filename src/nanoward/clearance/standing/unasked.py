"""Codes of the plan's own rules that nobody was ever asked: such a rule guards nobody."""

from collections.abc import Iterator, Sequence

import polars as pl

from nanoward.base.findings import Finding
from nanoward.base.near_misses import nearest
from nanoward.clearance.policy.policy import Policy
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import texts
from nanoward.clearance.standing.series import sittings_without

_KNOWN = ("PHQ909", "PHQ9TOT", "GAD7TOT")


def unasked_codes(domains: Domains, policy: Policy, codes: Sequence[str]) -> Iterator[Finding]:
    """A finding for each code of the plan that occurs in no questionnaire."""
    present = []
    if "QS" in domains:
        present = texts(domains["QS"], "QSTESTCD")["QSTESTCD"].drop_nulls().unique().to_list()
    for code in codes:
        rule = "urgent_items" if code in policy.urgent_items else "hold_scores"
        near = nearest(code, {*present, *_KNOWN})
        meant = f"; is {near} meant?" if near else ""
        yield Finding(
            code="CLR-067",
            severity="error",
            message=f"[clearance] {rule} names {code}, which nobody was ever asked{meant}",
            next_step="Correct the code in programme.toml; until then everybody is held",
            file="programme.toml",
            column=rule,
        )


def short_sittings(asked: pl.DataFrame, policy: Policy) -> Iterator[Finding]:
    """A finding for each person whose short questionnaire never had the urgent item."""
    for item in policy.urgent_items:
        people: dict[str, list[str]] = {}
        for who, day in sittings_without(asked, item, whole=False):
            people.setdefault(who, []).append(str(day or "an unknown day"))
        for who, days in people.items():
            yield Finding(
                code="CLR-071",
                severity="warning",
                message=f"{who} was asked questions of {item[:4]} on {days[-1]}, never {item}",
                next_step="Ask the whole questionnaire; what was not asked shows nothing",
                subject=who,
                column="QSTESTCD",
            )


def unasked_words(codes: Sequence[str]) -> tuple[str, ...]:
    """The reason that holds everybody, for each such code."""
    return tuple(f"the plan asks for {code}, which nobody was ever asked" for code in codes)
