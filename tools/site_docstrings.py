"""Docstrings on their way to pages (griffe): lines of `name  meaning` stay lines."""

import sys
from pathlib import Path
from typing import Any

from griffe import Docstring, Extension, Object

sys.path.insert(0, str(Path(__file__).parent))
import site_pages


class PlainDocstrings(Extension):
    """Every docstring, when griffe has read it."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        if isinstance(obj.docstring, Docstring):
            obj.docstring.value = site_pages.as_markdown(obj.docstring.value)
