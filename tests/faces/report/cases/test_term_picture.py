"""The picture says the answer in its title and stands alone."""

from nanoward.faces.report.cases.term_picture import PictureTerm, term_picture


def test_learnt_and_ordinary_stand_beside_each_other() -> None:
    rows = [(205.0, 212.0, "birth"), (150.0, 157.0, "ongoing"), (60.0, 66.0, "loss")]
    drawn = str(
        term_picture(PictureTerm(words="210 days", mean=210.0, low=203.0, high=217.0,
                                 pregnancies=rows))
    )  # fmt: skip
    assert "Length of pregnancy: 210 days" in drawn
    assert drawn.count("<circle") == 2
    assert "30.0 weeks" in drawn
    assert "38.0 weeks" in drawn
    assert drawn.startswith("<svg")


def test_not_yet_is_said() -> None:
    told = PictureTerm(
        words="not yet estimable: 3 births", mean=None, low=None, high=None, pregnancies=[]
    )
    drawn = str(term_picture(told))
    assert "learnt: not yet" in drawn
    assert "not yet estimable" in drawn
