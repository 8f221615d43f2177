"""The doors of mkdocs to tools/site_pages.py, which says what goes where."""

import sys
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).parent))
import site_pages


def on_config(config: Any) -> Any:
    """The navigation, from the folders."""
    config["nav"] = site_pages.navigation()
    return config


def on_files(files: Files, config: Any) -> Files:
    """Pages that lie nowhere: Python's names, and those beside docs/."""
    for page, text in site_pages.made_pages().items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Links that lead out of docs/, and tutorials run."""
    name = page.file.src_uri
    if name.startswith("tutorials/"):
        markdown, pictures = site_pages.executed(markdown, name)
        for place, svg in pictures.items():
            files.append(File.generated(config, place, content=svg))
    return site_pages.with_links(markdown, name)


def on_post_build(config: Any) -> None:
    """Nothing is fetched from anybody."""
    if found := site_pages.fetched_from_elsewhere(Path(config["site_dir"])):
        raise PluginError("pages would load from elsewhere: " + "; ".join(found[:5]))
