"""Templates compiled once for all processes: kept where Python keeps compiled modules.

What is kept counts for the very source of its template and for the versions of jinja2 and
Python that compiled it; whatever differs, is broken or cannot be written is compiled anew.
"""

import hashlib
import io
import platform
from typing import Any

import jinja2

import nanoward

_FOLDER = "faces/report/__pycache__"


class TemplateCache(jinja2.BytecodeCache):
    """Code of templates beside the package that they belong to.

    settings  how the environment compiles, beside what the source says
    """

    def __init__(self, settings: str) -> None:
        self._software = f"{jinja2.__version__} {platform.python_version()} {settings}"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Of a template's name and the software; not of where it lies."""
        del filename
        told = f"{name}\0{self._software}"
        return hashlib.sha256(told.encode()).hexdigest()[:24]

    def load_bytecode(self, bucket: Any) -> None:
        """What was kept, if it is whole; jinja2 compares the digest of the source itself."""
        loader: Any = nanoward.__spec__.loader
        try:
            content: bytes = loader.get_data(self._path(bucket))
        except OSError:
            return
        digest, _, body = content.partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() == digest:
            bucket.load_bytecode(io.BytesIO(body))

    def dump_bytecode(self, bucket: Any) -> None:
        """Keep it; where nothing can be written nothing is told."""
        buffer = io.BytesIO()
        bucket.write_bytecode(buffer)
        body = buffer.getvalue()
        loader: Any = nanoward.__spec__.loader
        loader.set_data(
            self._path(bucket), hashlib.sha256(body).hexdigest().encode() + b"\n" + body
        )

    def _path(self, bucket: Any) -> str:
        return f"{nanoward.__path__[0]}/{_FOLDER}/template-{bucket.key}.bin"
