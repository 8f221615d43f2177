"""Thirteen half-down states: leave, stop and a private word, through the exit's own door."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from tests.faces.service.participant.me_world import make_home, stop_code
from tests.faces.test_exit_door import ask, at

from nanoward.adapters.stores.exit_spool import open_spool

BENCH = Path(__file__).parents[2] / "benchmarks" / "bench_exit.py"
spec = importlib.util.spec_from_file_location("bench_exit", BENCH)
assert spec is not None
assert spec.loader is not None
bench = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bench)
STATES: dict[str, Any] = bench.STATES


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("states") / "home")


@pytest.mark.hazard("H-415")
@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("state", STATES)
def test_a_wish_is_kept_in_every_half_down_state(
    whole: Path, tmp_path: Path, state: str
) -> None:
    import shutil

    ward = Path(shutil.copytree(whole, tmp_path / "ward"))
    open_spool(ward / ".nanoward").close()
    code = stop_code(ward)
    with STATES[state](ward), at(ward) as address:
        for wish in ("leave", "stop", "concern"):
            asked = {"wish": wish, "code": code, "notice": f"number-of-{wish}"}
            status, told, _ = ask(f"{address}/notice", asked)
            assert status == 200, told
    spool = open_spool(ward / ".nanoward")
    kept = [one.body["wish"] for one in spool.records(kind="exit.NoticeGiven")]
    spool.verify()
    spool.close()
    assert kept == ["leave", "stop", "concern"]


def test_there_are_thirteen() -> None:
    assert len(STATES) == 13
