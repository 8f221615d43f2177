"""Published answers through the real commands: warfarin's subject and vancomycin's doses.

Numbers from the tests of posologyr (Leven et al. 2022, Pharmaceutics 14:442), whose estimates
are nlmixr's for warfarin; the vancomycin model is Goti et al. 2018.
"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.base.errors import UsageError
from nanoward.faces.cli.tuning.commands import group

VANCOMYCIN = """ID,TIME,EVID,AMT,RATE,DV,CLCREAT,WT,DIAL
1,0,1,2000,1000,.,65,70,0
1,13,0,0,0,12,65,70,0
1,24.2,1,1400,700,.,65,70,0
1,48,0,0,0,10.5,65,70,0
"""
CP = {0.5: 0.0, 1: 1.9, 2: 3.3, 3: 6.6, 6: 9.1, 9: 10.8, 12: 8.6, 24: 5.6, 36: 4.0, 48: 2.7,
      72: 0.8}  # fmt: skip
PCA = {24: 44, 36: 27, 48: 28, 72: 31, 96: 60, 120: 65, 144: 71}


def called(*words: str) -> Result:
    return CliRunner().invoke(group, list(words), standalone_mode=False)


@pytest.fixture
def patient(tmp_path: Path) -> str:
    (tmp_path / "v.csv").write_text(VANCOMYCIN)
    return str(tmp_path / "v.csv")


@pytest.mark.parametrize(
    ("words", "published"),
    [
        (("--auc", "400", "--until", "24"), 2377.758),
        (("--level", "11.04931", "--until", "24"), 2530.699),
        (("--auc", "400", "--from", "216", "--until", "240", "--every", "24", "--more", "10"),
         1229.366),
    ],
)  # fmt: skip
def test_vancomycin_doses_are_the_published_ones(
    patient: str, words: tuple[str, ...], published: float
) -> None:
    told = called("dose", patient, "--model", "vancomycin-2cpt", *words, "--duration", "2",
                  "--json", "--quiet")  # fmt: skip
    assert told.exception is None, told.exception
    one = json.loads(told.stdout)["doses"][0]
    assert one["answer"] == pytest.approx(published, rel=1e-3)
    assert one["low"] < one["answer"] < one["high"]


def test_vancomycin_s_level_lasts_as_long_as_published(patient: str) -> None:
    """After 1500 mg the level is below 10 mg/L from the step 11.2 h on (steps of 0.1 h)."""
    told = called("dose", patient, "--model", "vancomycin-2cpt", "--below", "10", "--dose",
                  "1500", "--until", "48", "--duration", "2", "--json", "--quiet")  # fmt: skip
    assert 11.1 < json.loads(told.stdout)["doses"][0]["answer"] <= 11.2


def test_warfarin_s_subject_has_the_published_parameters(tmp_path: Path) -> None:
    rows = [(t, "cp", y) for t, y in CP.items()] + [(t, "pca", y) for t, y in PCA.items()]
    text = "ID,TIME,EVID,AMT,DV,DVID\n1,0,1,100,.,.\n"
    text += "".join(f"1,{t},0,0,{y},{name}\n" for t, name, y in sorted(rows))
    (tmp_path / "w.csv").write_text(text)
    told = called("fit", str(tmp_path / "w.csv"), "--model", "warfarin-pca", "--draws", "100",
                  "--json", "--quiet", "--pictures", str(tmp_path / "p"))  # fmt: skip
    assert told.exception is None, told.exception
    found = {one["parameter"]: one["value"] for one in json.loads(told.stdout)["fits"]}
    published = {
        "KTR": 0.6392321, "KA": 0.5294417, "CL": 0.2852736, "V": 7.924823,
        "EMAX": 0.9304377, "EC50": 0.7909184, "KOUT": 0.05502322, "E0": 96.54411,
    }  # fmt: skip
    for name, value in published.items():
        assert found[name] == pytest.approx(value, rel=1e-3), name
    picture = (tmp_path / "p" / "fit-1.svg").read_text()
    assert picture.count('class="chart"') == 2  # cp and pca
    assert picture.count("point") >= len(CP) + len(PCA)


def test_a_question_that_is_none_is_refused(patient: str) -> None:
    base = ("dose", patient, "--model", "vancomycin-2cpt", "--until", "24")
    wrong: tuple[tuple[str, ...], ...] = (
        (), ("--auc", "4", "--level", "3"), ("--below", "3"), ("--dose", "4"),
        ("--level", "3", "--from", "2"), ("--below", "3", "--dose", "9", "--from", "2"),
        ("--level", "3", "--over", "24"), ("--level", "3", "--at-most"),
        ("--level", "3", "--probability", "2"), ("--level", "3", "--at", "48"),
        ("--level", "3", "--at", "2", "--now"), ("--level", "3", "--now", "--steady-state"),
        ("--average", "3", "--continuous"), ("--level", "3", "--find", "interval"),
        ("--level", "3", "--dose", "4"),
    )  # fmt: skip
    for words in wrong:
        assert isinstance(called(*base, *words).exception, UsageError), words


@pytest.mark.hazard("H-232")
def test_every_without_more_repeats_until_the_end_and_a_trough_is_before_the_next(
    patient: str,
) -> None:
    base = ("dose", patient, "--model", "vancomycin-2cpt", "--json", "--quiet")
    at = ("--level", "15", "--until", "24", "--every", "12")
    told = json.loads(called(*base, *at).stdout)
    assert "every 12 h, 2 doses" in told["lines"][0]
    explicit = json.loads(called(*base, *at, "--more", "1").stdout)
    assert told["doses"][0]["give"] == pytest.approx(explicit["doses"][0]["give"])
    third = json.loads(
        called(*base, *at, "--more", "2").stdout
    )  # given at 24 h: after the level
    assert third["doses"][0]["give"] == pytest.approx(explicit["doses"][0]["give"])


def test_a_picture_shows_a_few_regimens(patient: str, tmp_path: Path) -> None:
    told = called("dose", patient, "--model", "vancomycin-2cpt", "--trough", "12", "--now",
                  "--interval", "12", "--duration", "1", "--step", "250", "--quiet",
                  "--picture", str(tmp_path / "p.svg"))  # fmt: skip
    assert told.exception is None, told.exception
    head = told.stdout.splitlines()[0]
    assert "mg over 1 h, into centre (CMT 1), every 12 h" in head
    assert "from now" in head
    drawn = (tmp_path / "p.svg").read_text()
    assert drawn.startswith("<svg")
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawn
    assert "var(--" not in drawn


def test_somebody_without_an_answer_is_no_success(patient: str) -> None:
    words = ("--below", "0.001", "--dose", "2000", "--until", "5", "--quiet")
    told = called("dose", patient, "--model", "vancomycin-2cpt", *words)
    assert told.return_value == 1
