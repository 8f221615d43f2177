"""Results and answers of each person as series that hold, recall or clear.

A result that cannot be graded ends no hold. An item that asks for danger holds unless it was
answered with a plain no: above 0, out of its range, left out of a sitting or not understood.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from nanoward.clearance.policy.policy import Policy
from nanoward.clearance.sdtm.test_terms import UNGRADED
from nanoward.clearance.standing.standing_rules import CLEARED, HELD, RECALLED, Result

URGENT = ".URGENT"  # ends the code of an assessment's sign of danger, 1 or 0
_PHQ9 = "PHQ909"
_WHOLE = 3  # items that make a sitting of it: PHQ-2 asks two and no more
_OTHER_ITEMS = tuple(f"PHQ90{number}" for number in range(1, 9))


def graded_series(grades: pl.DataFrame, policy: Policy) -> dict[str, list[Result]]:
    """Results of the series in which any holds, recalls or is in doubt, by person.

    grades  of `grade_results`; a doubted result of a critical test (`doubt`) holds at least
    """
    doubt = pl.lit(value=False) if "doubt" not in grades.columns else pl.col("doubt")
    proven = pl.coalesce("grade", "at_least")
    unsure = pl.col("grade").is_null() | doubt.fill_null(value=False)
    level = (
        pl.when(proven >= policy.recall_grade)
        .then(RECALLED)
        .when(
            (proven >= policy.hold_grade)
            | (unsure & pl.col("test").is_in(policy.critical_tests))
        )
        .then(HELD)
        .otherwise(CLEARED)
    )
    rows = (
        grades.filter(pl.col("term") != "")
        .with_columns(level=level)
        .filter(pl.col("grade").is_not_null() | (pl.col("level") >= HELD))
        .filter(pl.col("level").max().over("participant", "term", "test") >= HELD)
        .rechunk()  # polars 2.1 fails on texts joined over an empty chunk
        .select("participant", _series(), "taken", "level", told=_words())
    )
    found: dict[str, list[Result]] = defaultdict(list)
    for who, series, day, how, words in rows.iter_rows():
        found[who].append(Result(series=series, day=day, level=how, told=words))
    for who, one in _unknown_tests(grades):
        found[who].append(one)
    return found


def _series() -> pl.Expr:
    return pl.concat_str("term", "test", separator=" ").alias("series")


def _words() -> pl.Expr:
    graded = pl.lit("grade ") + pl.col("grade").cast(pl.String)
    return pl.format(
        "{} {} on {}: {} ({} {})",
        "term",
        graded.fill_null("cannot be graded"),
        pl.col("taken").cast(pl.String).fill_null("an unknown day"),
        "reason",
        "test",
        pl.col("value").round_sig_figs(4).cast(pl.String).fill_null("no number"),
    )


def _unknown_tests(grades: pl.DataFrame) -> Iterator[tuple[str, Result]]:
    """A test that nobody knows, beyond its own limits; its next result within them ends it."""
    if not {"low", "high", "blood"} <= set(grades.columns):
        return
    unknown = grades.filter(
        (pl.col("term") == "")
        & pl.col("blood").fill_null(value=True)
        & ~pl.col("test").is_in(UNGRADED)
        & pl.col("reason").str.contains(" grades no ")
    )
    beyond = (pl.col("value") > pl.col("high")) | (pl.col("value") < pl.col("low"))
    rows = unknown.with_columns(beyond=beyond).drop_nulls("beyond")
    for who, test, day, value, bad in rows.select(
        "participant", "test", "taken", "value", "beyond"
    ).iter_rows():
        told = f"{test} {value:g} on {day or 'an unknown day'} lies beyond its own limits"
        yield (
            who,
            Result(
                series=f"unknown test {test}",
                day=day,
                level=HELD if bad else CLEARED,
                told=f"{told}, and the test is not known here",
            ),
        )


def answered_series(asked: pl.DataFrame, policy: Policy) -> dict[str, list[Result]]:
    """Urgent items and scores of `answers`, with the sittings that left an item out."""
    found: dict[str, list[Result]] = defaultdict(list)
    columns = ("participant", "day", "code", "value", "unread")
    left_out = [(who, item, day) for item in policy.urgent_items
                for who, day in sittings_without(asked, item)]  # fmt: skip
    spoken = asked.filter(_may_hold(policy, [who for who, _, _ in left_out])).sort(
        "participant", "day", "code", maintain_order=True
    )
    for who, day, code, value, unread in spoken.select(columns).iter_rows():
        if is_urgent_item(code, policy):
            found[who].append(_urgent(code, day, value, unread))
        elif code in policy.hold_scores:
            found[who].append(_score(code, day, value, policy.hold_scores[code]))
    for who, item, day in left_out:
        told = f"{item} was left out on {day or 'an unknown day'}"
        found[who].append(Result(series=item, day=day, level=HELD, told=told))
    return found


def _may_hold(policy: Policy, left_out: list[str]) -> pl.Expr:
    """Answers of the items and scores of which any holds the person: the others end nothing.

    left_out  people who left out an urgent item: their other answers may end that
    """
    code, value = pl.col("code"), pl.col("value")
    limits = policy.hold_scores
    urgent = code.is_in(list(policy.urgent_items)) | code.str.ends_with(URGENT)
    score = code.is_in(list(limits))
    limit = code.replace_strict(limits, default=None, return_dtype=pl.Float64)
    plain_no = (value == 0).fill_null(value=False) & pl.col("unread").is_null()
    below = (value < limit).fill_null(value=False) & ~urgent
    holds = (~plain_no & ~below).any().over("participant", "code")
    return (urgent | score) & (holds | pl.col("participant").is_in(left_out))


def is_urgent_item(code: str, policy: Policy) -> bool:
    """An item that the plan names, or the sign of danger of a recorded assessment."""
    return code in policy.urgent_items or code.endswith(URGENT)


def names_codes(policy: Policy) -> bool:
    """Whether the plan itself names codes of questionnaires."""
    return bool({"urgent_items", "hold_scores"} & set(policy.stated))


def never_asked(asked: pl.DataFrame, policy: Policy) -> tuple[str, ...]:
    """Codes that the plan itself names and that occur in nobody's questionnaires.

    asked  column code, of `answers` or `asked_codes`
    """
    codes = set(asked["code"].unique())
    named = [
        *(policy.urgent_items if "urgent_items" in policy.stated else ()),
        *(policy.hold_scores if "hold_scores" in policy.stated else ()),
    ]
    return tuple(one for one in dict.fromkeys(named) if one not in codes)


def sittings_without(
    asked: pl.DataFrame, item: str, *, whole: bool = True
) -> Iterator[tuple[str, date | None]]:
    """Days on which others of the item's questionnaire were answered, but not the item.

    whole  sittings that ought to have it: of three items or more, or of somebody who was
           asked it at another time; False: the short ones of people who never were
    """
    of = asked.filter(pl.col("code") == item)
    if item == _PHQ9:
        beside = pl.col("code").is_in(_OTHER_ITEMS)
    else:
        kinds = of["category"].drop_nulls().unique()
        beside = pl.col("category").is_in(kinds.implode()) & (pl.col("code") != item)
    ever = pl.col("participant").is_in(of["participant"].unique().implode())
    full = (pl.col("len") >= _WHOLE) | ever
    yield from (
        asked.lazy()
        .filter(beside)
        .group_by("participant", "day")
        .agg(pl.len())
        .filter(full if whole else ~full)
        .join(of.lazy(), on=["participant", "day"], how="anti", nulls_equal=True)
        .select("participant", "day")
        .sort("participant", "day")
        .collect()
        .iter_rows()
    )


def _urgent(code: str, day: date | None, value: float | None, unread: str | None) -> Result:
    if value is None and unread is None:
        told = f"{code} was not answered"
    elif unread is not None and not value:
        told = f"the answer to {code} is not understood ({unread[:40]})"
    else:
        told = f"urgent answer {code} = {value}"
    return Result(
        series=code,
        day=day,
        level=CLEARED if value == 0 and unread is None else HELD,
        told=f"{told} on {day or 'an unknown day'}",
    )


def _score(code: str, day: date | None, value: float | None, limit: float) -> Result:
    told = f"{code} = {value}, the limit is {limit:g}"
    if value is None:
        told = f"{code} was not answered"
    return Result(
        series=code,
        day=day,
        level=HELD if value is None or value >= limit else CLEARED,
        told=f"{told} on {day or 'an unknown day'}",
    )


def joined_series(*parts: Mapping[str, list[Result]]) -> dict[str, tuple[Result, ...]]:
    """Several collections of results as one, by person."""
    people = dict.fromkeys(who for part in parts for who in part)
    return {who: tuple(one for part in parts for one in part.get(who, ())) for who in people}
