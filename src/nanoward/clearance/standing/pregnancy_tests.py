"""Pregnancy tests among the laboratory results: a positive one holds until one is negative.

An embryo is exposed with its mother, and every protocol of an investigational agent asks for
the test (ICH M3(R2), 11.3; ICH E6(R2), 4.3): whoever tests positive is not dosed on before a
physician has seen her. What cannot be read as negative holds as well.

A case of the programme's own register (domain RP, PREGCASE) holds until its outcome is known,
whatever a test says meanwhile; then a negative test is asked for.
"""

from collections.abc import Iterator

import polars as pl

from nanoward.clearance.sdtm.data_cutoff import placed_day
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import text
from nanoward.clearance.standing.standing_rules import CLEARED, HELD, Result

TESTS = ("HCG", "PREG", "BHCG", "HCGB", "CHORGONB", "PREGTEST")
CASE, CASE_OPEN, CASE_CLOSED = "PREGCASE", "OPEN", "CLOSED"
_NEGATIVE = r"^(NEG|NOT PREGNANT|NON-?REACTIVE|-$|NOT DETECTED|ABSENT)"


def pregnancy_series(domains: Domains) -> dict[str, list[Result]]:
    """Results of pregnancy tests by person, in order of their days.

    A number counts against its own upper limit; what was not done, or has no result, is none.
    """
    none = pl.DataFrame(schema={"USUBJID": pl.String})
    lb = domains.get("LB", none)
    lb = lb.filter(text(lb, "LBTESTCD").str.to_uppercase().is_in(TESTS))
    rows = lb.select(
        text(lb, "USUBJID"),
        text(lb, "LBDTC"),
        said=pl.coalesce(text(lb, "LBSTRESC"), text(lb, "LBORRES")).str.to_uppercase(),
        number=text(lb, "LBSTRESN").cast(pl.Float64, strict=False),
        high=text(lb, "LBSTNRHI").cast(pl.Float64, strict=False),
    )
    negative = pl.coalesce(
        pl.col("number") <= pl.col("high"), pl.col("said").str.contains(_NEGATIVE)
    )
    told = rows.select(
        "USUBJID",
        "said",
        day=placed_day("LBDTC"),
        is_negative=negative,
        number=pl.col("number").cast(pl.String),
    ).with_columns(said=pl.coalesce("said", "number"))
    found: dict[str, list[Result]] = {}
    ready = told.drop_nulls(["USUBJID", "said"]).sort("USUBJID", "day")
    for who, said, day, is_negative in ready.select(
        "USUBJID", "said", "day", "is_negative"
    ).iter_rows():
        found.setdefault(who, []).append(
            Result(
                series="pregnancy test",
                day=day,
                level=CLEARED if is_negative else HELD,
                told=f"pregnancy test {said.lower()[:40]} on {day or 'an unknown day'}",
            )
        )
    for who, result in _cases(domains, none):
        found.setdefault(who, []).append(result)
    return found


def _cases(domains: Domains, none: pl.DataFrame) -> Iterator[tuple[str, Result]]:
    """Opening and end of each case; its end asks for a test from that day on."""
    rp = domains.get("RP", none)
    rows = rp.select(
        text(rp, "USUBJID"),
        text(rp, "RPTESTCD"),
        text(rp, "RPSTRESC"),
        text(rp, "RPREFID"),
        text(rp, "RPDTC"),
    ).filter(pl.col("RPTESTCD") == CASE)
    told = rows.select(
        "USUBJID",
        "RPREFID",
        "RPSTRESC",
        day=placed_day("RPDTC"),
    ).sort("USUBJID", "day")
    for who, case, state, day in told.iter_rows():
        ended = state == CASE_CLOSED
        yield (
            who,
            Result(
                series=f"pregnancy {case}",
                day=day,
                level=CLEARED if ended else HELD,
                told=f"pregnant: case {case} of {day or 'an unknown day'}",
            ),
        )
        if ended:
            words = f"no negative pregnancy test since case {case} ended on {day}"
            yield who, Result(series="pregnancy test", day=day, level=HELD, told=words)
