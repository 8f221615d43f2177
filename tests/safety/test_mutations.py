"""Whatever should stop one person stops them, or is told: never a silent "cleared"."""

from functools import cache
from pathlib import Path

import pytest
from safety_fhir import fhir_mutations
from safety_losses import mutations, with_mild_event
from safety_mutations import Mutation
from safety_programme import FORMATS, Base, Bench, pilot_base, simulated_base, written

WAITING = frozenset(
    line
    for line in (Path(__file__).parent / "waiting.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
ALL = mutations()


@cache
def bench_of(form: str, before: object = None) -> Bench:
    """The programme held once, with what stops the person where the mutation takes it away."""
    base = simulated_base()
    tables = base.copy()
    if callable(before):
        before(tables, base)
    return Bench(base=base, form=form, files=written(tables, form))


def cases() -> list[object]:
    """Each mutation in one format in `make test` (a third of all), in every one otherwise."""
    found: list[object] = []
    for place, one in enumerate(ALL):
        for turn, form in enumerate(FORMATS):
            marks = [pytest.mark.hazard("H-155")]
            if place % 3 or place // 3 % 3 != turn:
                marks.append(pytest.mark.soak)
            if one.name in WAITING:
                why = "waits for the clinical readers: a line of waiting.txt"
                marks.append(pytest.mark.xfail(reason=why, strict=False))
            found.append(pytest.param(one, form, id=f"{one.name}-{form}", marks=marks))
    return found


@pytest.mark.parametrize(("one", "form"), cases())
def test_the_person_does_not_go_on_in_silence(one: Mutation, form: str) -> None:
    base = simulated_base()
    bench = bench_of(form, one.before)
    tables = base.copy()
    one.edit(tables, base)
    found = bench.judged(written(tables, form), rules=one.rules)
    is_told = "told" in one.right and bool(found.told or found.asked)
    if not is_told:
        assert found.standing in one.right, (found, one.source)


def test_there_are_300_mutations_each_with_a_source_and_a_name_of_its_own() -> None:
    assert len({one.name for one in ALL}) == len(ALL) >= 300
    assert all(one.source and one.right for one in ALL)
    assert {one.name for one in (*ALL, *fhir_mutations())} >= WAITING


@pytest.mark.parametrize("form", ["csv", pytest.param("xpt", marks=pytest.mark.soak)])
def test_an_unchanged_programme_clears_the_person_and_tells_nothing(form: str) -> None:
    bench = bench_of(form)
    found = bench.judged(bench.files)
    assert (found.standing, found.told, found.asked) == ("cleared", (), 0)


def test_the_suite_sees_a_silent_clearance() -> None:
    base = simulated_base()
    tables = base.copy()
    with_mild_event(tables, base)
    found = bench_of("csv").judged(written(tables, "csv"))
    assert found.is_silent


PILOT = [
    one
    for one in ALL
    if (one.family == "ae" and "begun" not in one.name and "ended" not in one.name)
    or (one.family == "ds" and "category 'DISPOSITION EVENT'" in one.name)
]


@cache
def pilot_bench() -> tuple[Base, Bench]:
    base = pilot_base()
    assert base is not None
    return base, Bench(base=base, form="parquet")


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(
            one,
            id=one.name,
            marks=[
                *([pytest.mark.soak] if place % 6 else []),
                *(
                    [pytest.mark.xfail(reason="waits: a line of waiting.txt", strict=False)]
                    if one.name in WAITING
                    else []
                ),
            ],
        )
        for place, one in enumerate(PILOT)
    ],
)
def test_the_same_in_the_cdisc_pilot(one: Mutation) -> None:
    base, bench = pilot_bench()
    tables = base.copy()
    one.edit(tables, base)
    found = bench.judged(written(tables, "parquet"))
    is_told = "told" in one.right and bool(found.told or found.asked)
    if not is_told:
        assert found.standing in one.right, (found, one.source)
