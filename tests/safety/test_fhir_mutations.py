"""The suite on FHIR R4 bundles: never a silent "cleared"."""

from functools import cache
from pathlib import Path

import pytest
from safety_fhir import FhirMutation, bundle, fhir_mutations, resources
from safety_programme import Bench, simulated_base

WAITING = frozenset(
    (Path(__file__).parent / "waiting.txt").read_text(encoding="utf-8").splitlines()
)
ALL = list(fhir_mutations())


@cache
def bench() -> Bench:
    base = simulated_base()
    return Bench(base=base, form="fhir", files=bundle(resources(base)))


def marks(place: int, name: str) -> list[pytest.MarkDecorator]:
    found = [pytest.mark.hazard("H-155")]
    if place % 3:
        found.append(pytest.mark.soak)
    if name in WAITING:
        found.append(pytest.mark.xfail(reason="waits: a line of waiting.txt", strict=False))
    return found


@pytest.mark.parametrize(
    "one",
    [pytest.param(one, id=one.name, marks=marks(n, one.name)) for n, one in enumerate(ALL)],
)
def test_the_person_does_not_go_on_in_silence(one: FhirMutation) -> None:
    base = simulated_base()
    found = resources(base)
    one.edit(found, base)
    verdict = bench().judged(bundle(found))
    is_told = "told" in one.right and bool(verdict.told or verdict.asked)
    if not is_told:
        assert verdict.standing in one.right, (verdict, one.source)


def test_an_unchanged_bundle_clears_the_person() -> None:
    assert bench().judged(bench().files).standing == "cleared"
    assert len({one.name for one in ALL}) == len(ALL) >= 50
