from datetime import date

import pytest

from nanoward.simulation.study import KINDS, ImpossibleStudyError, Study


def test_the_day_that_data_stand_for_is_the_last_of_the_weeks() -> None:
    study = Study(weeks=26, start=date(2026, 3, 2))
    assert study.as_of == date(2026, 8, 31)
    assert study.day(0) == date(2026, 3, 2)


@pytest.mark.parametrize(
    "wrong", [{"participants": 11}, {"weeks": 11}, {"seed": -1}, {"agent_kind": "yeast"}]
)
def test_a_study_that_cannot_be_is_refused(wrong: dict[str, int | str]) -> None:
    with pytest.raises(ImpossibleStudyError) as fault:
        Study(**wrong)  # type: ignore[arg-type]
    assert fault.value.code == "SIM-001"
    assert fault.value.exit_code == 2


def test_each_part_has_a_stream_of_its_own() -> None:
    study = Study()
    assert study.chance("people").random() == study.chance("people").random()
    assert study.chance("people").random() != study.chance("spread").random()
    assert study.chance("people").random() != Study(seed=8).chance("people").random()


def test_a_virus_changes_faster_and_passes_a_narrower_bottleneck_than_a_microbe() -> None:
    virus, microbe = KINDS["virus"], KINDS["microbe"]
    assert virus.mutation_per_site_year > microbe.mutation_per_site_year
    assert virus.bottleneck < microbe.bottleneck
