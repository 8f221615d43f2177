import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.programme.access.redaction import ShortKeyError, arm_code, pseudonym, redact
from nanoward.programme.access.rights import Grant, Right, Role, Scope

KEY = b"k" * 32
PEOPLE = pl.DataFrame(
    {
        "participant": ["P001", "P002", "P003"],
        "name": ["Ada", "Ben", "Cem"],
        "arm": ["active", "placebo", "active"],
        "sample": ["P001-w1", "P002-w1", "P003-w1"],
        "note": ["sister of P002", "", "moved"],
        "taken": ["2026-01-02", "2026-01-03", "2026-01-04"],
        "alt": [30.0, 31.5, None],
    }
)
PAIRS = pl.DataFrame(
    {"person_a": ["P001", "P002"], "person_b": ["P002", "P003"], "rate": [0.9, 0.4]}
)


def seen(
    table: pl.DataFrame,
    scope: Scope,
    *,
    right: Right = Right.READ_CLINICAL,
    me: str | None = None,
    site: frozenset[str] = frozenset(),
) -> pl.DataFrame:
    held = Grant(right=right, role=Role.MONITOR, scope=scope)
    return redact(table, held, me=me, site_people=site, key=KEY)


def test_names_are_for_those_who_may_read_identities() -> None:
    assert "name" not in seen(PEOPLE, Scope.ALL).columns
    assert seen(PEOPLE, Scope.ALL, right=Right.READ_IDENTITY).equals(PEOPLE)


def test_a_site_sees_its_people_and_nobody_else() -> None:
    told = seen(PEOPLE, Scope.SITE, site=frozenset({"P002"}))
    assert told["participant"].to_list() == ["P002"]
    assert seen(PEOPLE, Scope.SITE).is_empty()


def test_of_a_pair_one_s_own_side_has_a_name_and_the_other_a_pseudonym() -> None:
    told = seen(PAIRS, Scope.OWN, me="P001")
    assert told.rows() == [("P001", pseudonym("P002", KEY), 0.9)]
    assert seen(PAIRS, Scope.OWN, me=None).is_empty()


def test_a_table_that_does_not_say_whose_it_is_tells_an_owner_nothing() -> None:
    loose = pl.DataFrame({"test": ["ALT"], "value": [30.0]})
    for scope in (Scope.OWN, Scope.SITE, Scope.OWN_LOTS):
        assert seen(loose, scope, me="P001", site=frozenset({"P001"})).is_empty()


def test_under_pseudonyms_nobody_s_code_is_left_anywhere() -> None:
    told = seen(PEOPLE, Scope.PSEUDONYMS)
    assert told.columns == ["participant", "arm", "sample", "taken", "alt"]
    words = told.write_csv()
    assert not any(one in words for one in ("P001", "P002", "P003", "Ada"))
    assert told["sample"][0] == f"{pseudonym('P001', KEY)}-w1"
    assert told["participant"][0] != pseudonym("P001", b"another key, of 32 bytes, entirely")


def test_the_pseudonym_of_one_lot_s_people_hides_them_from_its_partner() -> None:
    told = seen(PEOPLE, Scope.OWN_LOTS, site=frozenset({"P001"}))
    assert told["participant"].to_list() == [pseudonym("P001", KEY)]


def test_arms_are_codes_for_the_council() -> None:
    told = seen(PEOPLE, Scope.CODED_ARM)
    codes = [arm_code(one, KEY) for one in ("active", "placebo", "active")]
    assert told["arm"].to_list() == codes
    assert "note" not in told.columns
    assert told["participant"].to_list() == ["P001", "P002", "P003"]


def test_the_least_that_an_epidemiologist_needs() -> None:
    assert seen(PEOPLE, Scope.MINIMAL).columns == ["participant", "sample", "taken"]


def test_an_auditor_sees_that_a_row_is_there() -> None:
    told = seen(PEOPLE, Scope.HASHES)
    assert told.columns == ["row_hash"]
    assert told["row_hash"].n_unique() == 3


def test_lists_of_people_are_read_too() -> None:
    table = pl.DataFrame({"participants": [["P001", "P002"], ["P003"]], "rate": [1.0, 2.0]})
    told = seen(table, Scope.OWN, me="P001")
    assert told["participants"].to_list() == [["P001", pseudonym("P002", KEY)]]


def test_a_key_that_can_be_guessed_is_refused() -> None:
    held = Grant(right=Right.READ_CLINICAL, role=Role.AUDITOR, scope=Scope.PSEUDONYMS)
    with pytest.raises(ShortKeyError):
        redact(PEOPLE, held, me=None, site_people=frozenset(), key=b"short")


NAMES = st.sampled_from([f"P{one:03d}" for one in range(12)])


@given(rows=st.lists(st.tuples(NAMES, NAMES), max_size=8), me=NAMES)
def test_what_is_one_s_own_never_names_another(rows: list[tuple[str, str]], me: str) -> None:
    schema = {"person_a": pl.String, "person_b": pl.String}
    told = seen(pl.DataFrame(rows, schema, orient="row"), Scope.OWN, me=me)
    assert told.height == sum(me in one for one in rows)
    shown = {one for row in told.rows() for one in row if not one.startswith("p-")}
    assert shown <= {me}
