"""What is kept counts for the code that made it: the digest follows imports."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nanoward
from nanoward.flows.steps.source_digest import (
    _library,
    _reached,
    libraries_of,
    package_digest,
    reachable_digest,
    reached_modules,
)

ASKED = "from nanoward.flows.steps.source_digest import {0}; print({0}({1}))"


def test_imports_within_functions_and_packages_above_are_reached() -> None:
    found = reached_modules("nanoward.flows.catalogue.call_programme_reads")
    assert "nanoward.catalogue.calling.calling_rules" in found  # imported within a function
    assert {"nanoward", "nanoward.flows", "nanoward.flows.catalogue"} <= found
    assert "nanoward.faces.report.page" not in found
    page = _reached("nanoward.faces.report.page")  # `from nanoward...drawing import figures`
    assert "nanoward.faces.report.drawing.figures" in page


def test_whatever_a_module_really_loads_is_among_what_it_reaches() -> None:
    for module in ("flows.bonds.find_links", "flows.clearance.clear_participants"):
        code = f"import sys, nanoward.{module}; print(*sys.modules)"
        told = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        loaded = {one for one in told.stdout.split() if one.split(".")[0] == "nanoward"}
        assert loaded <= reached_modules(f"nanoward.{module}")


@pytest.mark.hazard("H-278")
def test_a_changed_source_changes_what_reaches_it_and_nothing_else(tmp_path: Path) -> None:
    shutil.copytree(
        Path(nanoward.__file__).parent,
        tmp_path / "nanoward",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    names = ("nanoward.flows.bonds.find_links", "nanoward.flows.tuning.tune_settings")

    def asked(function: str, *given: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", ASKED.format(function, ", ".join(map(repr, given)))],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        ).stdout

    before = [asked("reachable_digest", one) for one in names]
    whole = asked("package_digest")
    deep = tmp_path / "nanoward/bonds/linkage/significance.py"
    deep.write_text(deep.read_text() + "\n# another\n")
    after = [asked("reachable_digest", one) for one in names]
    assert (after[0] != before[0], after[1] != before[1]) == (True, False)
    assert asked("package_digest") != whole
    template = tmp_path / "nanoward/faces/report/templates/report.css"
    report = asked("reachable_digest", "nanoward.faces.report.page")
    template.write_text(template.read_text() + "\n/* another */\n")
    assert asked("reachable_digest", "nanoward.faces.report.page") != report


def test_libraries_are_those_that_the_reached_sources_import() -> None:
    told = {one.split("=")[0] for one in libraries_of("nanoward.flows.tuning.tune_settings")}
    assert {"numpy", "polars", "scipy", "numba", "llvmlite"} <= told  # some of them by name
    assert not {"jinja2", "typst", "openpyxl"} & told
    page = {one.split("=")[0] for one in libraries_of("nanoward.faces.report.page")}
    assert {"jinja2", "markupsafe"} <= page


def test_every_library_that_is_required_is_found_by_its_module() -> None:
    modules = {"prometheus_client": "prometheus-client", "Bio": "biopython", "jinja2": "jinja2"}
    for module, name in modules.items():
        assert _library(module).split("=")[0] == name
    assert [_library(one) for one in ("the", "re", "nanoward", "__future__")] == [""] * 4


def test_a_library_that_a_source_begins_to_import_counts(tmp_path: Path) -> None:
    shutil.copytree(
        Path(nanoward.__file__).parent,
        tmp_path / "nanoward",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    module = "nanoward.flows.bonds.find_links"
    ask = f"from nanoward.flows.steps.source_digest import *; print(*libraries_of('{module}'))"

    def asked() -> str:
        return subprocess.run(
            [sys.executable, "-c", ask.replace("import *", "import libraries_of")],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        ).stdout

    before = asked()
    deep = tmp_path / "nanoward/bonds/linkage/significance.py"
    deep.write_text(deep.read_text() + "\n\ndef late() -> None:\n    import sgp4\n")
    assert "sgp4=" not in before
    assert "sgp4=" in asked()


@pytest.mark.hazard("H-278")
def test_another_version_of_a_library_is_another_software(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from nanoward.flows.steps import source_digest

    asked = ("nanoward.flows.tuning.tune_settings", "nanoward.base.days")

    def digests() -> list[str]:
        source_digest.reachable_digest.cache_clear()
        source_digest._library.cache_clear()
        return [reachable_digest(one) for one in asked]

    before, known = digests(), source_digest.version
    with monkeypatch.context() as other:
        other.setattr(
            source_digest, "version", lambda one: "9" if one == "scipy" else known(one)
        )
        after = digests()
    assert (after[0] != before[0], after[1] != before[1]) == (True, False)
    assert digests() == before


def test_the_same_sources_have_one_name() -> None:
    one = "nanoward.flows.tuning.tune_settings"
    assert reachable_digest(one) == reachable_digest(one)
    assert len(package_digest()) == len(reachable_digest(one)) == 64


@pytest.mark.hazard("H-455")
def test_modules_that_a_registry_finds_by_looking_are_reached() -> None:
    found = reached_modules("nanoward.flows.clearance.watch_people")
    families = "nanoward.clearance.monitoring.families"
    assert {f"{families}.pocock", f"{families}.maxsprt"} <= found
    assert f"{families}.pocock" not in reached_modules("nanoward.flows.steps.parquet")
