"""Model files: read whole, and every fault with its line, key and what to do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.tuning import BadModelError, Dynamics, read_dynamics
from nanoward.tuning.models.formula_library import TEXTS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "model.md"
TEXT = PAGE.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]


def test_the_model_of_the_documentation_is_read() -> None:
    model = read_dynamics(TEXT)
    assert model.random == ("CL", "V", "KA", "LAG")
    assert model.omega()[0, 1] == 0.05
    assert model.compartments[0].lag == "LAG"


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_model_of_the_library_is_read_and_cites_each_number(name: str) -> None:
    model = read_dynamics(TEXTS[name])
    assert model.name == name
    assert model.citation
    assert all(one.citation for one in (*model.parameters, *model.outputs))


def test_equal_models_have_one_name_and_others_another() -> None:
    assert read_dynamics(TEXT).sha256 == read_dynamics("# a remark\n" + TEXT).sha256
    assert read_dynamics(TEXT).sha256 != read_dynamics(TEXT.replace("4.0", "4.1", 1)).sha256


FAULTS = [
    ("derivative = \"-KA * depot\"", "derivative = \"-KX * depot\"", "names 'KX'"),
    ("derivative = \"-KA * depot\"", "derivative = \"-KA * (depot\"", "cannot be read"),
    ("derivative = \"-KA * depot\"", "derivative = \"-CL * depot\"", "units that do not match"),
    ("unit = \"L/h\"", "unit = \"L/hour\"", "'hour' is not a known unit"),
    ("variance = 0.2", "variance = -0.2", "never negative"),
    ("typical = 4.0", "typical = -4.0", "must be > 0"),
    ("typical = 4.0", "typical = \"4\"", "must be a number"),
    ("typical = 4.0", "typicl = 4.0", "is unknown"),
    ("additive = 0.1", "additive = -0.1", "never negative"),
    ("covariance = 0.05", "covariance = 0.5", "no positive definite matrix"),
    ("b = \"V\"", "b = \"W\"", "two parameters with a variance"),
    ("lag = \"LAG\"", "lag = \"central * LAG\"", "changes between records"),
    ("[parameters.KA]", "[parameters.t]", "fixed meaning"),
    ("[compartments.central]", "[compartments.KA]", "stands under parameters already"),
    ("unit = \"mg/L\"", "unit = \"ug/L\"", "times the unit"),
    ("name = \"one", "nam = \"one", "is unknown"),
    ("additive = 0.1\nproportional = 0.05", "", "has no residual error"),
    ("unit = \"mg\"\nderivative", "number = 0\nderivative", "numbers are 1 or more"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "told"), FAULTS)
def test_a_fault_names_its_line_and_what_to_do(good: str, bad: str, told: str) -> None:
    assert good in TEXT
    text = TEXT.replace(good, bad, 1)
    with pytest.raises(BadModelError) as fault:
        read_dynamics(text, "model.toml")
    assert told in fault.value.message
    assert "model.toml:" in fault.value.message
    assert fault.value.line is not None
    assert fault.value.next_step


def test_the_line_is_that_of_the_key() -> None:
    with pytest.raises(BadModelError) as fault:
        read_dynamics(TEXT.replace("-KA * depot", "-KX * depot", 1), "model.toml")
    assert fault.value.line is not None
    assert "KX" in TEXT.replace("-KA * depot", "-KX * depot").splitlines()[fault.value.line - 1]


def test_circles_are_refused() -> None:
    text = TEXT + '[definitions]\none = "two + 1"\ntwo = "one"\n'
    text = text.replace('value = "central / V"', 'value = "one"')
    with pytest.raises(BadModelError, match="circle: one -> two -> one"):
        read_dynamics(text)


@pytest.mark.parametrize(
    "what", ["", "name = 1", "[parameters]\n", "= 3", 'outputs = 3\nname=""']
)
def test_what_is_no_model_is_refused_and_nothing_else_happens(what: str) -> None:
    with pytest.raises(BadModelError):
        read_dynamics(what)


@given(st.text(max_size=40))
def test_any_text_as_a_formula_is_read_or_refused(text: str) -> None:
    written = "".join(one for one in text if one.isprintable() and one not in '"\\')
    try:
        found = read_dynamics(TEXT.replace("-KA * depot", written, 1))
    except BadModelError:
        return
    assert isinstance(found, Dynamics)
