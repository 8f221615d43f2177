import pytest

from nanoward.flows.catalogue.sample_files import SampleFiles, files_by_sample


def alone(first: str, second: str | None = None) -> SampleFiles:
    return SampleFiles(lanes=((first, second),))


def test_files_of_mates_are_known_by_their_names() -> None:
    names = ["d/a_1.fastq.gz", "d/a_2.fastq.gz", "b_R2_001.fq", "b_R1_001.fq", "c.fq", "e_2.fq"]
    assert files_by_sample(names) == {
        "a": alone("d/a_1.fastq.gz", "d/a_2.fastq.gz"),
        "b": alone("b_R1_001.fq", "b_R2_001.fq"),
        "c": alone("c.fq"),
        "e": alone("e_2.fq"),
    }


@pytest.mark.hazard("H-182")
def test_lanes_are_of_one_sample_unless_that_is_a_sample_itself() -> None:
    names = [f"S1_S7_L00{lane}_R{mate}_001.fastq" for lane in (1, 2) for mate in (1, 2)]
    told = files_by_sample(names)
    assert told == {"S1": SampleFiles(lanes=((names[0], names[1]), (names[2], names[3])))}
    assert [one.code for one in told["S1"].findings("S1")] == ["CAT-055"]
    assert list(files_by_sample(names[:2], {"S1_S7_L001"})) == ["S1_S7_L001"]


@pytest.mark.hazard("H-182")
def test_two_files_that_claim_to_be_one_are_told_and_the_first_is_used() -> None:
    told = files_by_sample(["a_1.fastq", "a_1.fq.gz", "a_2.fastq"])["a"]
    assert told.lanes == (("a_1.fastq", "a_2.fastq"),)
    (finding,) = told.findings("a")
    assert (finding.code, finding.severity) == ("CAT-056", "error")
    assert "a_1.fq.gz" in finding.message
