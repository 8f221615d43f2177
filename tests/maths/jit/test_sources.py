"""The sources that go into compiled code are found, and an edited one is what runs next."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nanoward
from nanoward.maths.jit import sources
from nanoward.maths.jit.sources import sources_of, sources_sha256

KERNELS = (
    "nanoward.tuning.kernel.entry_points",
    "nanoward.sequencing.read_mapping",
    "nanoward.maths.statistics.binomial_tails",
    "nanoward.adapters.formats.sequences.fastq",
)


LIGHT = (  # whose packages load nothing of their own
    "nanoward.maths.solvers.ode_solvers",
    "nanoward.sequencing.long_read_pileup",
    "nanoward.watch.objects.track_kernel",
)


@pytest.mark.parametrize("module", LIGHT)
def test_whatever_a_kernel_really_loads_goes_into_its_code(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = {one for one in run.stdout.split() if one.startswith("nanoward.")}
    root = Path(nanoward.__file__).parent.parent
    modules = {one for one in loaded if (root / f"{one.replace('.', '/')}.py").is_file()}
    assert modules <= {f"nanoward.{one}" for one in sources_of(module)}


def test_how_code_is_compiled_goes_into_all_of_it() -> None:
    for module in (*KERNELS, "somewhere_else"):
        assert {"maths.jit.numba_pipeline", "maths.jit.object_cache"} <= set(sources_of(module))
    assert len({sources_sha256(one) for one in KERNELS}) == len(KERNELS)


def test_what_another_module_defines_goes_into_the_code_of_its_callers() -> None:
    found = sources_of("nanoward.tuning.kernel.entry_points")
    assert {"tuning.kernel.likelihood", "maths.solvers.lu", "maths.formulas.tape"} <= set(found)
    assert "sequencing.read_mapping" not in found


@pytest.mark.parametrize(
    "text",
    [
        "from nanoward.maths import called\n",
        "from nanoward.maths.called import STEP\n",
        "from nanoward.maths import (\n    other,\n    called,\n)\n",
        "import nanoward.maths.called\n",
        "def f():\n    from nanoward.maths import called as renamed\n",
    ],
)
def test_whichever_way_a_module_is_imported_it_counts(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"maths.caller": text.encode(), "maths.called": b"STEP = 1\n"}
    monkeypatch.setattr(sources, "_content", held.get)
    found = sources_of.__wrapped__("nanoward.maths.caller")
    assert found == ("maths.called", "maths.caller")


CALLED = """from nanoward.maths.jit.{where} import {inner}

STEP = {step}


@{inner}
def moved(x: int) -> int:
    return x + STEP
"""
CALLER = """from nanoward.maths.jit.{where} import {outer}
from nanoward.maths.called import moved


@{outer}{given}
def answer(x: int) -> int:
    return 10 * moved(x)
"""
WAYS = {
    "object_cache": {"inner": "lean", "outer": "kept", "given": "(returned=1)"},
    "numba_pipeline": {"inner": "inner", "outer": "entry", "given": ""},
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what compiles, with two small modules of its own."""
    root = tmp_path_factory.mktemp("edited")
    own = Path(nanoward.__file__).parent
    (root / "nanoward" / "maths").mkdir(parents=True)
    for name in ("__init__.py", "maths/__init__.py"):
        shutil.copy(own / name, root / "nanoward" / name)
    shutil.copytree(own / "maths/jit", root / "nanoward/maths/jit",
                    ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
    return root


@pytest.mark.hazard("H-441")
@pytest.mark.parametrize("where", list(WAYS))
def test_an_edited_kernel_runs_in_the_next_process_without_deleting_anything(
    package: Path, where: str
) -> None:
    """The function that is called is edited, in a file of the same size and age."""
    called, caller = (package / f"nanoward/maths/{one}.py" for one in ("called", "caller"))
    caller.write_text(CALLER.format(where=where, **WAYS[where]))
    code = "from nanoward.maths.caller import answer; print(answer(4))"

    def asked(step: int) -> str:
        called.write_text(CALLED.format(where=where, step=step, **WAYS[where]))
        os.utime(called, (1_700_000_000, 1_700_000_000))
        run = subprocess.run(
            [sys.executable, "-B", "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONPATH": str(package)},
        )
        return run.stdout.strip()

    assert [asked(1), asked(2)] == ["50", "60"]
    kept = [*package.rglob("kept-*.o"), *package.rglob("*.nbc")]
    assert kept  # something was kept, and not used for what it was not made of
