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


SPEAKS_ONLY = {"nanoward.clearance.wellbeing.instrument_texts"}  # decides no standing


def test_all_that_a_standing_rests_on_is_reached() -> None:
    found = {one for root in ROOTS for one in reached_modules(root)}
    root = Path(nanoward.__file__).parent
    for folder in ("clearance", "adapters/formats/clinical", "adapters/formats/values"):
        names = {
            ".".join(("nanoward", *path.relative_to(root).with_suffix("").parts))
            for path in (root / folder).rglob("*.py")
        }
        deciding = {one.removesuffix(".__init__") for one in names if "monitoring" not in one}
        assert deciding - found <= SPEAKS_ONLY
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
