import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nanoward
from nanoward.flows.round.source_identity import ROOTS, source_identity
from nanoward.flows.steps.source_digest import reached_modules


def test_version_and_sources_are_named_by_what_decides() -> None:
    version, sources = source_identity()
    assert version == nanoward.__version__
    assert len(sources) == 64


def test_whatever_deciding_loads_is_reached() -> None:
    found = {one for root in ROOTS for one in reached_modules(root)}
    code = f"import importlib, sys; [importlib.import_module(one) for one in {ROOTS}]"
    told = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {one for one in told.stdout.split() if one.split(".")[0] == "nanoward"}
    assert len(loaded) > 100
    assert loaded <= found
    assert "nanoward.adapters.formats.clinical.fhir_bundle" in found  # loaded when needed
    assert "nanoward.faces.report.page" not in found


@pytest.mark.hazard("H-278")
def test_an_edited_source_is_seen_where_it_may_decide(tmp_path: Path) -> None:
    shutil.copytree(
        Path(nanoward.__file__).parent,
        tmp_path / "nanoward",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    ask = "from nanoward.flows.round.source_identity import source_identity as a; print(a()[1])"

    def asked() -> str:
        return subprocess.run(
            [sys.executable, "-c", ask],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        ).stdout

    before = asked()
    for source, decides in {
        "faces/report/page.py": False,
        "clearance/standing/standing_rules.py": True,
        "adapters/formats/values/numbers.py": True,
        "maths/frames.py": True,
    }.items():
        path = tmp_path / "nanoward" / source
        path.write_text(path.read_text() + "\n# another\n")
        after = asked()
        assert (after != before) == decides
        before = after
