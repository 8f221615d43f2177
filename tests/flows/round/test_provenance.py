from datetime import date

from nanoward import __version__
from nanoward.audit.receipts import Head
from nanoward.flows.round.provenance import LIBRARIES, provenance_of


def test_provenance_names_versions_inputs_ledger_seed_and_day() -> None:
    told = provenance_of(
        inputs=[{"path": "data/samples.csv", "sha256": "ab"}],
        head=Head(size=3, hash="cd"),
        seed=7,
        as_of=date(2026, 11, 23),
    )
    assert told["nanoward"] == __version__
    assert set(told["libraries"]) == set(LIBRARIES)
    assert told["ledger"] == {"size": 3, "head": "cd"}
    assert (told["seed"], told["as_of"]) == (7, "2026-11-23")
