from pathlib import Path

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
    report = call_presence(tables(), level=0.095)
    present = report.rows.filter(present=True)
    assert set(present["person"]) == {"d", "e"}
    assert present["p_value"].to_list() == [1 / 11, 1 / 11]
    assert report.facts["false-call rate in never-dosed people"] == 0.0
    assert report.facts["calls after a dose at their sensitivity"] == 1  # e lies below d


def test_samples_before_a_dose_are_controls_too() -> None:
    report = call_presence(tables(days=(0, 9)), level=0.1)
    assert report.rows.filter(person="d")["control"].to_list() == [True]
    assert report.facts["false-call rate before a dose"] == 1.0


def test_tables_that_cannot_speak_are_told() -> None:
    whole = tables()
    with pytest.raises(NoMarkerTableError, match="stand in no table"):
        call_presence(tables("\nx,A,1,100,0.1,no"), level=0.1)
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
    assert facts["calls after a dose at their sensitivity"] >= 1328
    rate = facts["false-call rate in never-dosed people at their sensitivity"]
    assert rate <= 0.005 < 0.046 < facts["their false-call rate in never-dosed people"]
    assert facts["false-call rate in never-dosed people"] <= 0.02
    found = dict(report.spikes.select("true_spike_percent", "found").rows())
    assert found[0.0] == 0
    assert found[0.1] > 2
    assert [found[one] for one in (1.0, 10.0, 100.0)] == [8, 8, 8]
