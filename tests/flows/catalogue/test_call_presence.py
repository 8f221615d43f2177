from pathlib import Path
from time import process_time

import pytest

from nanoward.flows.catalogue.call_presence import (
    NoControlError,
    NoMarkerTableError,
    PresenceTables,
    call_presence,
)

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "ve303_phase1"
HEADER = "sample,strain,n_markers_detected,n_markers_total,mean_marker_depth,call\n"
SAMPLES = "sample,person,day_relative_to_first_dose\n"


def tables(markers: str = "", days: tuple[int, int] = (9, 9)) -> PresenceTables:
    """Ten people without the product who show a few markers, one who shows nearly all."""
    rows = [f"n{at},A,{at},100,0.1,no" for at in range(10)]
    rows += ["d,A,95,100,4.0,yes", "e,A,90,100,4.0,yes"]
    samples = [f"n{at},n{at},1" for at in range(10)]
    samples += [f"d,d,{days[0]}", f"e,e,{days[1]}"]
    people = [f"n{at},0" for at in range(10)] + ["d,1", "e,1"]
    return PresenceTables(
        markers=("m.csv", (HEADER + "\n".join(rows) + markers).encode()),
        samples=("s.csv", (SAMPLES + "\n".join(samples)).encode()),
        people=("p.csv", ("person,received_product\n" + "\n".join(people)).encode()),
        theirs=("call", "yes"),
    )


def test_who_shows_more_than_every_control_has_it() -> None:
    report = call_presence(tables(), level=0.05)
    present = report.rows.filter(present=True)
    assert set(present["person"]) == {"d", "e"}
    assert present["p_value"].max() < 1 / 11  # far above the highest of ten
    assert report.facts["false-call rate in never-dosed people"] == 0.0
    assert report.facts["calls after a dose at their sensitivity"] == 1  # e lies below d


def test_samples_before_a_dose_are_controls_too() -> None:
    report = call_presence(tables(days=(0, 9)), level=0.1)
    assert report.rows.filter(person="d")["control"].to_list() == [True]
    assert report.facts["false-call rate before a dose"] == 1.0


def test_tables_that_cannot_speak_are_told() -> None:
    whole = tables()
    nobody = PresenceTables(
        markers=whole.markers, samples=("s.csv", SAMPLES.encode() + b"x,n0,1"),
        people=whole.people,
    )  # fmt: skip
    with pytest.raises(NoMarkerTableError, match="no row of markers"):
        call_presence(nobody, level=0.1)
    with pytest.raises(NoMarkerTableError, match="n_markers_total"):
        call_presence(
            PresenceTables(markers=("m.csv", b"sample,strain,n_markers_detected\na,b,1"),
                           samples=whole.samples, people=whole.people), level=0.1)  # fmt: skip
    with pytest.raises(NoMarkerTableError, match="no number"):
        call_presence(tables("\nd,A,many,100,0.1,no"), level=0.1)
    with pytest.raises(NoMarkerTableError, match="no CSV"):
        call_presence(
            PresenceTables(markers=("m.csv", b""), samples=whole.samples, people=whole.people),
            level=0.1,
        )
    everybody = ("p.csv", whole.people[1].replace(b",0", b",1"))
    with pytest.raises(NoControlError):
        call_presence(
            PresenceTables(markers=whole.markers, samples=whole.samples, people=everybody),
            level=0.1,
        )


@pytest.mark.hazard("H-214")
def test_rows_of_nobody_and_rows_that_are_there_twice_are_told() -> None:
    sound = call_presence(tables(), level=0.05)
    assert sound.findings == ()
    added = "\nx,A,1,100,0.1,no\nn0,A,0,100,0.1,no\nn1,A,50,100,0.1,no"
    report = call_presence(tables(added), level=0.05)
    told = {one.code: (one.severity, one.subject) for one in report.findings}
    assert told == {
        "BND-013": ("error", "x"), "BND-014": ("warning", ""), "BND-015": ("warning", "n1"),
    }  # fmt: skip
    assert "x" not in report.rows["sample"]
    assert report.rows.filter(sample="n0").height == 1
    assert report.rows.filter(sample="n1").height == 2
    whole = tables()
    two = PresenceTables(
        markers=whole.markers, samples=whole.samples,
        people=("p.csv", whole.people[1] + b"\nn3,1"),
    )  # fmt: skip
    found = call_presence(two, level=0.05).findings
    assert [(one.code, one.subject) for one in found] == [("BND-016", "n3"), ("BND-013", "n3")]


@pytest.mark.hazard("H-213")
def test_thirty_never_dosed_people_are_answered_in_seconds() -> None:
    markers = [f"n{at},A,{at % 7},100,0.1,no" for at in range(30)]
    markers += [f"d{at},A,95,100,4.0,yes" for at in range(30)]
    names = [f"{kind}{at}" for kind in "nd" for at in range(30)]
    start = process_time()
    report = call_presence(
        PresenceTables(
            markers=("m.csv", (HEADER + "\n".join(markers)).encode()),
            samples=("s.csv", (SAMPLES + "\n".join(f"{n},{n},9" for n in names)).encode()),
            people=("p.csv", ("person,received_product\n" + "\n".join(
                f"{n},{int(n[0] == 'd')}" for n in names)).encode()),
            theirs=("call", "yes"),
        ),
        level=0.05,
    )  # fmt: skip
    assert process_time() - start < 5
    assert report.facts["their sensitivity from half: ways to halve the people"] == 80


@pytest.mark.shared
def test_at_the_authors_sensitivity_never_dosed_people_are_hardly_called() -> None:
    """Weight and threshold for each person come from the other 36 alone."""
    if not DATA.exists():
        pytest.skip("needs ../shared/data/ve303_phase1")

    def named(name: str) -> tuple[str, bytes]:
        import gzip

        content = (DATA / name).read_bytes()
        return name, gzip.decompress(content) if name.endswith(".gz") else content

    report = call_presence(
        PresenceTables(
            markers=named("markers.csv.gz"),
            samples=named("samples.csv"),
            people=named("persons.csv"),
            spikes=named("spike_in_markers.csv"),
            theirs=("detection_status", "Detected"),
        ),
        level=0.005,
    )
    facts = report.facts
    assert facts["their calls after a dose"] == 1328
    assert facts["calls after a dose at their sensitivity"] >= 0.995 * 1328
    rate = facts["false-call rate in never-dosed people at their sensitivity"]
    assert rate <= 0.005 < 0.046 < facts["their false-call rate in never-dosed people"]
    assert facts["false-call rate in never-dosed people"] <= 0.008
    found = dict(report.spikes.select("true_spike_percent", "found").rows())
    assert found[0.0] == 0
    assert found[0.1] > 2
    assert [found[one] for one in (1.0, 10.0, 100.0)] == [8, 8, 8]
