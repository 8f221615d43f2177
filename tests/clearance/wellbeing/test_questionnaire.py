from nanoward.clearance.wellbeing.questionnaire import QUESTIONNAIRES, shipped


def test_each_is_known_by_the_code_of_its_answers_capitals_or_not() -> None:
    assert QUESTIONNAIRES.names() == ("GAD7", "PHQ9", "VOL")
    for code, one in QUESTIONNAIRES.all().items():
        assert one.name == one.instrument.code == code
        assert one.meaning
        assert shipped(code.lower()) is one.instrument
    assert shipped("C-SSRS") is None


def test_the_item_on_death_is_urgent_from_the_first_answer_on() -> None:
    phq9 = shipped("PHQ9")
    assert phq9 is not None
    assert [one.code for one in phq9.items if one.urgent_from == 1] == ["PHQ909"]
