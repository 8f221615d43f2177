import ast
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import nanoward
from nanoward.base.plan import Plan
from nanoward.flows.steps.memoised_tables import changed_inputs, memo_key, memoised_tables
from nanoward.testing.ports import memory_site

TABLE = pl.DataFrame({"a": [1, 2], "day": [date(2026, 1, 1), None]})


PLAN = Plan(name="w", title="W", sha256="", agent="x")
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_a_result_is_computed_once() -> None:
    ports, calls = memory_site(PLAN, {}, now=NOW), []

    def make() -> dict[str, pl.DataFrame]:
        calls.append(1)
        return {"one": TABLE, "two": TABLE.head(0)}

    key = memo_key("typing", "1")
    first, known = memoised_tables(ports, key, make)
    again, known_again = memoised_tables(ports, key, make)
    assert (len(calls), known, known_again) == (1, False, True)
    assert_frame_equal(first["one"], again["one"])
    assert_frame_equal(first["two"], again["two"])


def test_it_says_which_inputs_made_it_compute() -> None:
    ports = memory_site(PLAN, {}, now=NOW)
    one = memo_key("typing", "1", sha="a", day="x")
    assert changed_inputs(ports.blobs, one) == "for the first time"
    memoised_tables(ports, one, lambda: {"one": TABLE})
    assert changed_inputs(ports.blobs, memo_key("typing", "1", sha="b", day="x")) == (
        "changed: sha"
    )
    assert changed_inputs(ports.blobs, memo_key("typing", "2", sha="a", new="y")) == (
        "changed: day, new, software"
    )
    assert changed_inputs(ports.blobs, one) == "it was not kept"
    assert changed_inputs(ports.blobs, memo_key("relating", "1")) == "for the first time"


def test_a_key_depends_on_step_version_and_every_input_but_not_on_their_order() -> None:
    keys = {
        memo_key("type", "1", sha="a", day=date(2026, 1, 1)),
        memo_key("type", "1", day=date(2026, 1, 1), sha="a"),
        memo_key("type", "2", sha="a", day=date(2026, 1, 1)),
        memo_key("relate", "1", sha="a", day=date(2026, 1, 1)),
        memo_key("type", "1", sha="b", day=date(2026, 1, 1)),
        memo_key("type", "1", sha="a", day=date(2026, 1, 2)),
    }
    assert len(keys) == 5


def test_tables_that_may_not_answer_a_later_run_are_not_kept() -> None:
    ports = memory_site(PLAN, {}, now=NOW)
    made: list[int] = []

    def make() -> dict[str, pl.DataFrame]:
        made.append(1)
        return {"t": pl.DataFrame({"a": [len(made)]})}

    key = memo_key("step", "1", of="x")
    for count in (1, 2):
        _, known = memoised_tables(
            ports, key, make, keep=lambda tables: tables["t"]["a"][0] > 1
        )
        assert (known, len(made)) == (False, count)
    assert memoised_tables(ports, key, make)[1]


def _keyed(path: Path) -> list[tuple[int, str]]:
    """Line and second argument of every call of memo_key in a module."""
    calls = [
        one
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Name)
        and one.func.id == "memo_key"
    ]
    return [(one.lineno, ast.unparse(one.args[1])) for one in calls]


@pytest.mark.hazard("H-442")
def test_every_step_is_keyed_by_a_digest_of_its_sources_and_by_no_number() -> None:
    """A number that somebody has to raise is forgotten: an old answer counts for new rules."""
    computed = {
        "reachable_digest(__name__)",
        "inputs.software",  # package_digest(), round_inputs.py
        "reader_of(ports)",  # reachable_digest of the formats, collect_materials.py
        "software",  # reachable_digest(__name__), measure_adaptation.py
        "reachable_digest(contamination.__name__, settled_blobs.__name__)",
        "snapshot.software['sources']",  # reachable_digest of what decides, compare_rounds.py
    }
    root = Path(nanoward.__file__).parent
    found = {path: _keyed(path) for path in root.rglob("*.py") if path.parent.name != "steps"}
    told = {text for calls in found.values() for _, text in calls}
    assert sum(map(len, found.values())) >= 12
    assert told <= computed, told - computed
    for name in ("software = reachable_digest(__name__)", "software=package_digest()"):
        assert any(name in path.read_text(encoding="utf-8") for path in found), name
