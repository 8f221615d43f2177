"""What goes where on the documentation's pages: nothing is listed by hand.

- The navigation is the folders of docs/, each page under its own heading.
- A page of Python's names is made for each public package: those of `nanoward` with `__all__`,
  every module of the test kit and of the client, and rooms whose modules are used directly.
- Pages of the project beside docs/ (README, benchmarks, changes) are pages too; a link to any
  other file of the repository becomes its path.
- Tutorials are run: each command after a prompt, in a folder that is thrown away. What it
  wrote stands below its block, and `<!-- picture: FILE#LABEL | caption -->` becomes the picture
  (a file, or the chart of a report whose label begins so). A command that fails fails the site.
"""

import ast
import html
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "nanoward"
SECTIONS = {  # folder to its heading
    "tutorials": "Tutorials", "howto": "How to", "reference": "Reference", "api": "Python",
    "explanation": "Explanation", "decisions": "Decisions", "project": "Project",
}  # fmt: skip
PROJECT = {  # beside docs/
    "README.md": "project/readme.md", "benchmarks/README.md": "project/benchmarks.md",
    "CHANGELOG.md": "project/changelog.md", "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md", "DEPRECATED.md": "project/deprecated.md",
}  # fmt: skip
ALONE = ("hazards.md",)
WHOLE = ("testing", "client", "control", "audit", "watch", "programme")  # every module
LINK = re.compile(
    r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)"
)
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
PICTURE = re.compile(r"<!-- picture: (\S+?)(?:#([^|]*?))? \| (.*?) -->")
SVG = re.compile(r"<svg class=\"chart\"[^>]*aria-label=\"([^\"]*)\".*?</svg>", re.DOTALL)
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
FOREIGN = re.compile(
    r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"(?:https?:)?//[^\">]*\""
    r"|url\([\"']?(?:https?:)?//[^)]*\)|@import[^;]*//[^;]*;"
)
SHOWN = "/tmp/"  # noqa: S108 - where a tutorial writes; replaced before anything runs
MOST_LINES, FOUND = 16, (0, 1, 8)


class SiteError(Exception):
    """The pages cannot be made as they are told."""


def navigation() -> list[Any]:
    """The folders of docs/, pages by name; then what stands alone."""
    nav: list[Any] = ["README.md"]
    for folder, title in SECTIONS.items():
        own = (f"{folder}/{one.name}" for one in (ROOT / "docs" / folder).glob("*.md"))
        made = (
            one for one in (*api_pages(), *PROJECT.values()) if one.startswith(f"{folder}/")
        )
        if found := sorted({*own, *made}):
            nav.append({title: found})
    return [*nav, *ALONE]


def made_pages() -> dict[str, str]:
    """Pages that lie nowhere in docs/, with their text."""
    found = {}
    for page, modules in api_pages().items():
        title = f"nanoward.{page.removeprefix('api/').removesuffix('.md')}"
        found[page] = "\n\n".join([f"# {title}", *(directive(one) for one in modules)]) + "\n"
    for path, page in PROJECT.items():
        found[page] = (ROOT / path).read_text(encoding="utf-8")
    return found


def api_pages() -> dict[str, list[str]]:
    """Page to the modules whose public names it shows."""
    found: dict[str, list[str]] = {}
    for folder in sorted(one for one in SOURCE.iterdir() if (one / "__init__.py").exists()):
        if folder.name in WHOLE:
            found[f"api/{folder.name}.md"] = list(modules_of(folder))
        elif names_of(folder / "__init__.py"):
            found[f"api/{folder.name}.md"] = [f"nanoward.{folder.name}"]
    return found


def modules_of(folder: Path) -> Iterator[str]:
    """Modules below a package that say what they are, in order."""
    for path in sorted(folder.rglob("*.py")):
        if path.name == "__init__.py" and names_of(path):
            continue  # what it names stands in its modules
        if not path.stem.startswith("_") or path.name == "__init__.py":
            name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
            yield name.removesuffix(".__init__")


def names_of(path: Path) -> list[str]:
    """`__all__` of a module, as it is written."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets
        ):
            return [str(one) for one in ast.literal_eval(node.value)]
    return []


def directive(module: str) -> str:
    """What mkdocstrings makes a module's part of a page from."""
    path = SOURCE.parent / Path(*module.split("."))
    names = names_of(path / "__init__.py") if path.is_dir() else []
    lines = [f"::: {module}", "    options:", "      heading_level: 2"]
    if names:
        lines += ["      members:", *(f"        - {one}" for one in names)]
    elif path.is_dir():
        lines += ["      members: false"]
    return "\n".join(lines)


def with_links(markdown: str, page: str) -> str:
    """A page's text whose links lead to pages of the site, or have become paths."""
    source = next((path for path, one in PROJECT.items() if one == page), f"docs/{page}")
    return LINK.sub(lambda told: _link(told, source, page), markdown)


def _link(told: re.Match[str], source: str, page: str) -> str:
    picture, text, target, anchor = told.groups()
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    if path in PROJECT:
        there = PROJECT[path]
    elif path.startswith("docs/") and (ROOT / path).is_dir():
        there = f"{path.removeprefix('docs/')}/../README.md"
    elif path.startswith("docs/"):
        there = path.removeprefix("docs/")
    else:
        return text if f"`{path}`" in text else f"{text} (`{path}`)"
    relative = posixpath.relpath(there, posixpath.dirname(page) or ".")
    return f"{picture}[{text}]({relative}{anchor or ''})"


def executed(markdown: str, page: str) -> tuple[str, dict[str, str]]:
    """A tutorial with what its commands wrote; and its pictures, by their place on the site."""
    pictures: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="nanoward-tutorial-") as folder:
        place = Path(folder)
        skipped = shutil.ignore_patterns(".nanoward", "rounds")
        shutil.copytree(ROOT / "examples", place / "examples", ignore=skipped)
        shown = BLOCK.sub(lambda told: told[0] + written(told[1], place), markdown)

        def picture(told: re.Match[str]) -> str:
            name = f"{page.removesuffix('.md')}-{len(pictures) + 1}.svg"
            pattern = told[1].replace(SHOWN, f"{place}/")
            pictures[name] = drawn(place, pattern, told[2] or "")
            return f"![{told[3]}]({posixpath.basename(name)})"

        return PICTURE.sub(picture, shown), pictures


def written(block: str, place: Path) -> str:
    """What the commands of a block wrote; those that set up the checkout are not run again."""
    told: list[str] = []
    for line in block.replace("\\\n", " ").splitlines():
        command = line.removeprefix("$ ").removeprefix(".venv/bin/").split(" # ")[0].strip()
        if not line.startswith("$ ") or not command.startswith("nanoward "):
            continue
        answer = subprocess.run(
            ["bash", "-c", command.replace(SHOWN, f"{place}/")],
            cwd=place, text=True, capture_output=True, check=False,
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        )  # fmt: skip
        if answer.returncode not in FOUND:
            raise SiteError(f"{command}: exit code {answer.returncode}\n{answer.stderr}")
        told += (answer.stdout or answer.stderr).replace(f"{place}/", SHOWN).splitlines()
    if len(told) > MOST_LINES:
        told = [*told[:MOST_LINES], f"... ({len(told) - MOST_LINES} more lines)"]
    return "\n\n```text\n" + "\n".join(told) + "\n```" if told else ""


def drawn(place: Path, pattern: str, label: str) -> str:
    """A picture that a command wrote, or the chart of a report whose label begins so."""
    found = sorted(place.glob(str(Path(pattern).relative_to(place))))
    if not found:
        raise SiteError(f"no command wrote {pattern}")
    text = found[-1].read_text(encoding="utf-8")
    if not label:
        return text
    for one in SVG.finditer(text):
        if html.unescape(one[1]).startswith(label):
            style = "".join(STYLE.findall(text)).replace("]]>", "")
            svg = one[0].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
            head, body = svg.split(">", 1)
            return f"{head}><style><![CDATA[{style}]]></style>{body}"
    raise SiteError(f"{pattern} has no chart {label!r}")


def fetched_from_elsewhere(folder: Path) -> list[str]:
    """What built pages would load from another host: a script, a style, a font, a picture."""
    found = []
    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.css")]):
        text = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(folder)}: {one[0]}" for one in FOREIGN.finditer(text)]
    return found


ITEM = re.compile(r"^(?P<name>[A-Za-z_][\w.,/ ]{0,30}?)  +(?P<rest>\S.*)$")
LITERAL = re.compile(r"<(?=[a-zA-Z/])")


def as_markdown(text: str) -> str:
    """A docstring as a page: paragraphs of `name  meaning` lines become a list."""
    return "\n\n".join(_paragraph(one) for one in re.split(r"\n\s*\n", text))


def _paragraph(text: str) -> str:
    lines = text.split("\n")
    if "```" in text:
        return text
    if not ITEM.match(lines[0]):
        return LITERAL.sub("&lt;", text)
    out: list[str] = []
    for line in lines:
        if found := ITEM.match(line):
            out.append(f"- **`{found['name'].strip()}`** {LITERAL.sub('&lt;', found['rest'])}")
        else:
            out.append(f"    {LITERAL.sub('&lt;', line.strip())}")
    return "\n".join(out)
