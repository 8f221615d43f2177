"""What can be wrong with a file: codes, severities, and the notebook that collects them."""

from collections.abc import Iterable
from dataclasses import dataclass

from nanoward.base.findings import Finding, Severity, in_order

MOST = 100  # findings of one kind told one by one; the others are counted in one more


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One kind of problem: its stable code, how grave it is, what to do about it."""

    code: str
    severity: Severity
    next_step: str


def _p(code: str, severity: Severity, next_step: str) -> Problem:
    return Problem(code=f"FMT-{code}", severity=severity, next_step=next_step)


# ---- the file as a whole ------------------------------------------------------------------
EMPTY = _p("001", "error", "Send the file again, or remove it")
NO_ROWS = _p("002", "warning", "Send the rows, or remove the file")
CUT_SHORT = _p(
    "003", "error", "Send the whole file again; the sound rows before the cut are used"
)
DAMAGED = _p("004", "error", "Send the file again; nothing of it is used")
NOT_GZIP = _p("005", "warning", "Name the file for what it is; it was read as plain text")
GZIP_TOLD = _p("006", "note", "Nothing; name it .gz so that others know it too")
TRAILING = _p("007", "warning", "Pack the file again; what follows the packed part is not used")
NOT_UTF8 = _p("008", "warning", "Save the file as UTF-8 and compare the accents")
OTHER_UNICODE = _p("009", "note", "Nothing; save as UTF-8 without a mark to silence this")
BROKEN_TEXT = _p("010", "error", "Send the line again; it is not used")
NOT_THIS_FORMAT = _p("011", "error", "Save the file in the format that its name claims")
UNREADABLE = _p("012", "error", "Export the file again; nothing of it is used")

# ---- tables -------------------------------------------------------------------------------
NO_COLUMN = _p("020", "error", "Add the column; without it nothing of the file is used")
SYNONYM = _p("021", "note", "Nothing; the column was understood")
TWICE_COLUMN = _p("022", "warning", "Give each column its own name; the first one is used")
NEAR_COLUMN = _p(
    "311",
    "warning",
    "Correct the header, or name it otherwise; it was only carried along",
)
NO_NAME = _p("023", "note", "Name the column if it is needed; it is not used")
RAGGED = _p("024", "error", "Give the row as many fields as the header; it is not used")
BAD_QUOTE = _p("025", "error", "Close or double the quotation mark; the row is not used")
NO_VALUE = _p("026", "error", "Give the value; the row is not used")
BAD_VALUE = _p("027", "error", "Correct the value; the row is not used")
DOUBTFUL_VALUE = _p("028", "warning", "Correct the value; the row is used without it")
TWICE = _p("029", "error", "Keep one of the rows; the first one is used")
CONTRADICTION = _p("030", "error", "Correct the row; it is not used")
NO_VARIANT = _p("031", "note", "Nothing; these rows tell no difference and are not used")
OTHER_DELIMITER = _p("032", "note", "Nothing; commas are the rule")

# ---- sequences ----------------------------------------------------------------------------
NO_HEADER = _p("040", "error", "Put a line '>sample|contig' before the sequence")
BAD_HEADER = _p("041", "error", "Write the header as '>sample|contig'; the record is not used")
NO_CONTIG = _p("042", "warning", "Write '>sample|contig'; it can only fit a single contig")
NO_SEQUENCE = _p("043", "error", "Send the sequence, or remove its header")
BAD_LETTER = _p("044", "error", "Use IUPAC letters, N and -; the record is not used")
RNA = _p("045", "note", "Nothing; U was read as T")
TWICE_RECORD = _p("046", "error", "Keep one of the records; the first one is used")
SAMPLE_BY_NAME = _p("047", "note", "Nothing, if the file is named for its sample")

# ---- VCF ----------------------------------------------------------------------------------
NO_VCF_HEADER = _p("050", "error", "Send the file with its '#CHROM' line")
VCF_VERSION = _p(
    "051", "warning", "Write VCF 4.x with '##fileformat=VCFv4.2' on the first line"
)
FILTERED = _p("052", "note", "Nothing; the caller did not trust these records, nor do we")
NO_CALL = _p("053", "note", "Nothing; 'not measured' gives no row")
BY_GENOTYPE = _p("054", "note", "Add AF or AD; the frequency was taken from the genotype")
SYMBOLIC = _p("055", "warning", "Give letters; in who carries it these positions are unread")
NO_FREQUENCY = _p("056", "error", "Add AF, AD or GT; the allele is not used")

# ---- SDTM ---------------------------------------------------------------------------------
NO_VARIABLE = _p("060", "error", "Add the variable; it is taken as not measured everywhere")
OTHER_DOMAIN = _p("061", "error", "Name the file for its domain; these rows are not used")
NO_DOMAIN = _p("062", "warning", "Add the variable; it was taken from the name of the file")
WINDOWS_TEXT = _p("063", "note", "Nothing; save as UTF-8 to silence this")
NOT_A_NUMBER = _p("064", "warning", "Correct the value; the row is used without it")
SAME_KEY = _p("065", "warning", "Number the records anew; both rows are used")
COLUMN_KIND = _p("066", "error", "Save the column as text or number; it is not used")
MEMBERS = _p("067", "error", "Write one dataset to each file; only the first one is used")
NO_DAY = _p("068", "warning", "Write dates as ISO 8601 text; the number is kept as text")

# ---- event tables -------------------------------------------------------------------------
EVID_DERIVED = _p("070", "note", "Nothing; add EVID to say it yourself")
EVID_101 = _p("071", "note", "Nothing; 101 was read as a dose, EVID 1")
BAD_EVENT = _p("072", "error", "Correct the row; it is not used")
OUT_OF_ORDER = _p("073", "error", "Sort the rows of the person by TIME; this one is not used")
NEW_OCCASION = _p("074", "warning", "Write EVID 4 where time starts anew, to say it yourself")
SAME_TIME = _p("075", "warning", "Make sure that both doses were given; both are used")
REPLICATE = _p("076", "note", "Nothing; several observations at one time are all used")
COMMENT_ROW = _p("077", "note", "Nothing; rows marked as comments are not used")
BY_CLOCK = _p("201", "note", "Nothing; write hours since the first record to say it yourself")
NO_CLOCK = _p("202", "error", "Write DATE as YYYY-MM-DD and TIME as hh:mm; the row is not used")
LIKE_COMMENT = _p("203", "error", "Begin a comment with #, or give the person a number")
DECIMAL_COMMAS = _p("204", "note", "Nothing; decimal commas were read as points")
TABLE_HEADERS = _p("205", "note", "Nothing; headings of NONMEM's tables are not rows")
TURNED_OFF = _p(
    "206", "error", "A compartment turned off by EVID 2 is not offered; correct CMT"
)
AMBIGUOUS_DAY = _p(
    "207", "warning", "Write days as YYYY-MM-DD; they were read as NONMEM reads them"
)

# ---- values, in every format ---------------------------------------------------------------
UNREAD_DAY = _p("110", "warning", "Write it as YYYY-MM-DD; until then it may be any day")
OTHER_DAY = _p("111", "warning", "Make sure that this day is meant; write it as YYYY-MM-DD")
TWO_DAYS = _p("112", "warning", "Write it as YYYY-MM-DD; until then it may be each of them")
UNREAD_FLAG = _p("113", "warning", "Write Y or N; until then it has its gravest meaning")
OTHER_WORD = _p("114", "note", "Nothing; the standard's own word silences this")
UNKNOWN_TERM = _p("115", "warning", "Use the codelist's term; until then the gravest is taken")
NEAR_TERM = _p("116", "warning", "Make sure that this is meant; use the codelist's term")
GRAVER_TERM = _p("117", "warning", "Correct one of the two; the graver is taken")
UNKNOWN_TEST = _p("118", "warning", "Use the CDISC code; a result beyond its limits holds")
OTHER_NUMBER = _p("119", "warning", "Make sure that this is meant; write a decimal point")
TWO_NUMBERS = _p("120", "warning", "Write it without a mark for thousands; it is not used")
UNKNOWN_VARIABLE = _p("121", "note", "Nothing, if it decides nothing; no reader asks for it")
NEAR_VARIABLE = _p("122", "warning", "Correct the name; until then the column is not used")


class Remarks:
    """Collects the findings of one file; beyond MOST of one kind they are counted."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._told: list[Finding] = []
        self._counts: dict[tuple[str, str], int] = {}
        self._last: dict[tuple[str, str], tuple[Problem, int | None]] = {}

    def add(
        self,
        problem: Problem,
        message: str,
        *,
        line: int | None = None,
        column: str = "",
        subject: str = "",
    ) -> None:
        """Tell one problem."""
        kind = (problem.code, column)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if self._counts[kind] > MOST:
            before = self._last.get(kind, (problem, None))[1] or 0
            self._last[kind] = (problem, max(before, line or 0) or None)
            return
        self._told.append(
            Finding(
                code=problem.code,
                severity=problem.severity,
                message=message,
                next_step=problem.next_step,
                file=self.path,
                line=line,
                column=column,
                subject=subject,
            )
        )

    def add_together(
        self, problem: Problem, what: str, lines: Iterable[int], *, column: str = ""
    ) -> None:
        """Tell one problem of many lines at once; nothing when there are none."""
        places = sorted(lines)
        if places:
            count = "1 row" if len(places) == 1 else f"{len(places)} rows"
            span = f" (lines {places[0]} to {places[-1]})" if len(places) > 1 else ""
            self.add(problem, f"{count} {what}{span}", line=places[0], column=column)

    def findings(self) -> tuple[Finding, ...]:
        """All findings in order, with one more for each kind that was cut."""
        rest = [
            Finding(
                code=code,
                severity=problem.severity,
                message=f"{self._counts[code, column] - MOST} more like this"
                + (f", the last one on line {line}" if line else ""),
                next_step=problem.next_step,
                file=self.path,
                column=column,
            )
            for (code, column), (problem, line) in self._last.items()
        ]
        return in_order([*self._told, *rest])
