"""Every text of the participants' page, for who translates: the catalogues brought up to date.

python tools/update_locale.py           writes src/nanoward/locale/*/nanoward.po
python tools/update_locale.py --check   exit code 1 where a catalogue is not up to date
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
FACES = ROOT / "src" / "nanoward" / "faces"
LOCALE = ROOT / "src" / "nanoward" / "locale"
KEYWORDS = {"_": None, "N_": None, "plain": None}
METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
FOLDERS = (FACES / "service" / "participant", FACES)
OPTIONS = {"**.j2": {"trimmed": "false"}}


def extracted() -> Catalog:
    """Every text that is marked, in the order in which it is found."""
    found = Catalog(project="nanoward", fuzzy=False)
    own = [("exit_door.py", "python"), ("words.py", "ignore"), ("**", "ignore")]
    for folder, methods in zip(FOLDERS, (METHODS, own), strict=True):
        rows = extract_from_dir(str(folder), methods, OPTIONS, keywords=KEYWORDS)
        for row in sorted(rows, key=lambda one: (one[0], one[1])):
            if isinstance(row[2], str) and row[2]:
                found.add(row[2])
    return found


def brought_up(language: str, content: bytes, fresh: Catalog) -> bytes:
    """A catalogue with every text of now; translations stay, what is not asked for goes."""
    old = read_po(BytesIO(content), locale=language)
    told = {str(one.id): one.string for one in old if one.id}
    new = Catalog(locale=language, project="nanoward", fuzzy=False)
    for one in sorted(str(message.id) for message in fresh if message.id):
        new.add(one, told.get(one) or "")
    out = BytesIO()
    write_po(out, new, width=96, omit_header=True, sort_output=True, no_location=True)
    return HEADER.format(language=language).encode() + out.getvalue()


HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {language}\\n"

"""


def main() -> int:
    """Write, or compare."""
    fresh, stale = extracted(), []
    for path in sorted(LOCALE.glob("*/nanoward.po")):
        now = path.read_bytes()
        new = brought_up(path.parent.name, now, fresh)
        if new != now:
            stale.append(path.parent.name)
            if "--check" not in sys.argv:
                path.write_bytes(new)
    print(f"not up to date: {', '.join(stale)}" if stale else "up to date")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
