import importlib.util
import sys
from pathlib import Path

import pytest

from nanoward import clearance
from nanoward.base.lazy_names import lazy_names, named_imports

SOURCE = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from json import dumps, loads
    from math import pi
elif True:
    from math import tau
if True:
    from math import e
"""


def test_names_under_type_checking_alone_are_known_with_their_module() -> None:
    assert named_imports(SOURCE) == {"dumps": "json", "loads": "json", "pi": "math"}


def test_a_name_is_loaded_once_and_then_stands_in_the_package(tmp_path: Path) -> None:
    file = tmp_path / "__init__.py"
    file.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("made_up", file)
    assert spec is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["made_up"] = package
    try:
        get = lazy_names("made_up")
        assert get("pi") == pytest.approx(3.14159, abs=1e-5)
        assert package.pi == get("pi")
        for name in ("tau", "e", "__path__"):
            with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
                get(name)
    finally:
        del sys.modules["made_up"]


def test_every_name_that_clearance_offers_can_be_had() -> None:
    assert all(getattr(clearance, name) is not None for name in clearance.__all__)
