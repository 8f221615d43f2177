from datetime import date
from importlib.metadata import version

import pytest

from nanoward import __version__
from nanoward.audit.receipts import Head
from nanoward.flows.round import provenance
from nanoward.flows.round.provenance import provenance_of, round_libraries


def test_provenance_names_versions_inputs_ledger_seed_and_day() -> None:
    told = provenance_of(
        inputs=[{"path": "data/samples.csv", "sha256": "ab"}],
        head=Head(size=3, hash="cd"),
        seed=7,
        as_of=date(2026, 11, 23),
    )
    assert told["nanoward"] == __version__
    assert told["libraries"] == round_libraries()
    assert told["ledger"] == {"size": 3, "head": "cd"}
    assert (told["seed"], told["as_of"]) == (7, "2026-11-23")


def test_every_library_that_makes_numbers_of_a_round_is_named_with_its_version() -> None:
    told = round_libraries()
    for name in ("numpy", "polars", "scipy", "numba", "llvmlite", "isal", "pyreadstat"):
        assert told[name] == version(name)
    assert list(told) == sorted(told)
    assert not {"fastapi", "uvicorn", "click", "webauthn"} & told.keys()


def test_nobody_lists_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def libraries(module: str) -> frozenset[str]:
        asked.append(module)
        return frozenset({"b=2.1", "a=1"})

    monkeypatch.setattr(provenance, "libraries_of", libraries)
    assert round_libraries() == {"a": "1", "b": "2.1"}
    assert asked == ["nanoward.flows.round.ward_round"]
