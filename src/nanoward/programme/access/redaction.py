"""What of a table a grant lets through: whose rows, which columns, and under which names.

Pure; applied before any view, page or answer sees the table. What cannot be placed is kept
back: a table that does not say whose its rows are has no rows for a grant that reaches some
people only, and free text, which may name people, goes where people go by pseudonyms.
"""

import hmac
import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from nanoward.base.canonical import canonical_json
from nanoward.base.errors import UsageError
from nanoward.programme.access.rights import Grant, Right, Scope

PEOPLE: Final = frozenset(
    {"participant", "participants", "person", "person_a", "person_b", "a", "b", "subject",
     "usubjid", "subjid", "other", "contact", "source", "target", "donor", "recipient", "left",
     "right", "carrier", "mother", "infant", "partner_of", "participant_a", "participant_b"}
)  # fmt: skip
IDENTITY: Final = frozenset(
    {"name", "given_name", "family_name", "shown", "address", "street", "city", "postcode",
     "phone", "telephone", "email", "born", "birth_date", "brthdtc", "payee", "iban", "bic",
     "bank", "photo", "passport", "language_name", "emergency_contact"}
)  # fmt: skip
ARMS: Final = frozenset(
    {"arm", "armcd", "actarm", "actarmcd", "arm_a", "arm_b", "treatment", "trt01p", "trt01a",
     "trta", "trtp", "extrt", "blind"}
)  # fmt: skip
FREE_TEXT: Final = frozenset(
    {"note", "notes", "text", "comment", "reason", "words", "message", "detail", "body",
     "quote", "aeterm", "mhterm", "cmtrt", "coval", "narrative", "why", "finding",
     "description"}
)  # fmt: skip
MINIMAL: Final = frozenset(
    {"participant", "usubjid", "person", "person_a", "person_b", "a", "b", "other", "contact",
     "contacts", "source", "target", "sample", "samples", "lot", "agent", "day", "date", "week",
     "start", "end", "first_day", "last_day", "taken", "collected", "onset", "hours", "overlap",
     "kind", "place", "site", "standing", "rfstdtc", "rfendtc"}
)  # fmt: skip
RECORD: Final = frozenset({"seq", "leaf", "hash", "sha256", "kind", "entry", "at", "size"})
MANY = frozenset({Scope.ALL, Scope.CODED_ARM, Scope.PSEUDONYMS, Scope.MINIMAL})
LEAST_KEY = 16


class ShortKeyError(UsageError):
    """Pseudonyms were asked for under a key that can be guessed."""

    code = "USE-240"
    next_step = "Give the programme's own key: at least 16 random bytes."


def pseudonym(participant: str, key: bytes) -> str:
    """The name under which a person goes for those who may not know who it is (HMAC-SHA256).

    The same in each table of a programme; of no use without its key. ShortKeyError.
    """
    return f"p-{_mac('participant', participant, key)[:12]}"


def arm_code(arm: str, key: bytes) -> str:
    """The code of an arm, the same in each table of a programme; ShortKeyError."""
    return f"arm-{_mac('arm', arm, key)[:6]}"


def redact(
    table: pl.DataFrame,
    grant: Grant,
    *,
    me: str | None,
    site_people: frozenset[str],
    key: bytes,
) -> pl.DataFrame:
    """What of a table a grant lets through; ShortKeyError.

    table        one row per anything; columns by the names of our tables or of SDTM
    me           whose account it is, for what is one's own
    site_people  whom a grant of one site reaches, or one of one's own lots
    key          of the programme's pseudonyms, at least 16 bytes

    Names and addresses go unless the right is to read them. Of what two people share, one's own
    side is by name and the other under a pseudonym.
    """
    scope = grant.scope
    if scope is Scope.HASHES:
        return _hashes(table, key)
    if grant.right is not Right.READ_IDENTITY:
        table = table.drop(_named(table, IDENTITY))
    if scope not in MANY:
        near = frozenset({me} - {None}) if scope is Scope.OWN else site_people
        return _near(table, near, key, named=scope is not Scope.OWN_LOTS)
    if scope is Scope.MINIMAL:
        return table.select([one for one in table.columns if one.lower() in MINIMAL])
    if scope is Scope.CODED_ARM:
        return _coded_arms(table, key)
    if scope is Scope.PSEUDONYMS:
        return _pseudonymous(table, people_of(table), key)
    return table


def _named(table: pl.DataFrame, names: frozenset[str]) -> list[str]:
    return [one for one in table.columns if one.lower() in names]


def people_of(table: pl.DataFrame) -> frozenset[str]:
    """Everybody whom the table's columns of people hold."""
    return frozenset(
        str(one)
        for name in _named(table, PEOPLE)
        for one in _flat(table[name])
        if one not in (None, "")
    )


def _flat(column: pl.Series) -> Iterable[object]:
    nested = isinstance(column.dtype, pl.List)
    return (column.explode() if nested else column).unique().to_list()


def _near(
    table: pl.DataFrame, near: frozenset[str | None], key: bytes, *, named: bool
) -> pl.DataFrame:
    """Rows about somebody who is reached; everybody else in them under a pseudonym."""
    columns = _named(table, PEOPLE)
    if not columns or not near:
        return table.clear()
    reached = pl.any_horizontal(
        [_holds(table, name, near).fill_null(value=False) for name in columns]
    )
    kept = table.filter(reached)
    hidden = people_of(kept) - (near if named else frozenset())
    return _pseudonymous(kept, hidden, key) if hidden else kept


def _holds(table: pl.DataFrame, name: str, people: frozenset[str | None]) -> pl.Expr:
    known = sorted(str(one) for one in people)
    if isinstance(table[name].dtype, pl.List):
        return pl.col(name).list.eval(pl.element().cast(pl.String).is_in(known)).list.any()
    return pl.col(name).cast(pl.String).is_in(known)


def _coded_arms(table: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Arms under codes; free text goes, for it may say who had what."""
    table = table.drop(_named(table, FREE_TEXT))
    columns = _named(table, ARMS)
    arms = sorted(
        {str(one) for name in columns for one in _flat(table[name]) if one not in (None, "")}
    )
    return _renamed(table, {one: arm_code(one, key) for one in arms}, columns)


def _pseudonymous(table: pl.DataFrame, people: frozenset[str], key: bytes) -> pl.DataFrame:
    """These people under pseudonyms, in every column of words; free text goes."""
    table = table.drop(_named(table, FREE_TEXT))
    return _renamed(table, {one: pseudonym(one, key) for one in sorted(people)}, table.columns)


def _renamed(
    table: pl.DataFrame, names: dict[str, str], columns: Iterable[str]
) -> pl.DataFrame:
    """A table with some words in the place of others, whole words only."""
    if not names:
        return table
    longest_first = sorted(names, key=lambda one: (-len(one), one))
    known = "|".join(re.escape(one) for one in longest_first)
    pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{known})(?![A-Za-z0-9])")

    def put(text: str) -> str:
        return pattern.sub(lambda one: names[one.group()], text)

    changed = []
    for name in columns:
        column = table[name]
        if isinstance(column.dtype, pl.List) and _is_words(column.dtype.inner):
            told = [None if one is None else [put(str(x)) for x in one] for one in column]
            changed.append(pl.Series(name, told, pl.List(pl.String)))
        elif _is_words(column.dtype):
            told_words = [None if one is None else put(str(one)) for one in column]
            changed.append(pl.Series(name, told_words, pl.String))
    return table.with_columns(changed)


def _is_words(kind: object) -> bool:
    return kind in (pl.String, pl.Categorical) or isinstance(kind, pl.Enum)


def _hashes(table: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """That records are there: their place and kind, and a keyed hash of each row."""
    _mac("row", "", key)
    rows = [
        _mac("row", canonical_json({name: str(value) for name, value in one.items()}), key)
        for one in table.iter_rows(named=True)
    ]
    hashes = pl.Series("row_hash", rows, pl.String)
    kept = [one for one in table.columns if one.lower() in RECORD]
    return table.with_columns(hashes).select([*kept, "row_hash"])


def _mac(what: str, word: str, key: bytes) -> str:
    if len(key) < LEAST_KEY:
        raise ShortKeyError(f"a key of {len(key)} bytes hides nobody")
    return hmac.digest(key, f"{what}\0{word}".encode(), "sha256").hex()
