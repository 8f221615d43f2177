"""Acidosis and alkalosis: by the pH of blood as CTCAE prints it, and by bicarbonate alone.

Sources:
- NCI, CTCAE v4.03, v5.0 and v6.0, Metabolism and nutrition disorders: acidosis is grade 1 below
  normal down to 7.3 and grade 3 below 7.3; alkalosis grade 1 above normal up to 7.5 and grade 3
  above 7.5; grade 4 is life-threatening consequences, which no number shows.
- Where only bicarbonate (or total CO2) was measured, CTCAE has no number that stops anybody:
  4 mmol/L would pass. Low: DIVISION OF AIDS table 2.1 (July 2017), Bicarbonate, Low: grade 3
  below 11, grade 4 below 8 mmol/L; CTCAE v5.0 itself, Blood bicarbonate decreased: grade 1
  below normal. High: no table has limits. Above 45 mmol/L the pH lies above 7.5 even where
  breathing makes up for it as far as it can (carbon dioxide of 60 mmHg: Henderson-Hasselbalch,
  pK 6.1; Adrogue and Madias, N Engl J Med 1998;338:107), which is grade 3.

What is a pH of urine is told by the reading of results (sdtm/lab_results.py).
"""

from nanoward.clearance.grading.rule_types import Rule, Scale, Step, above, below

_METABOLISM = "CTCAE v5.0 (NCI 2017), Metabolism and nutrition disorders"
_TESTS = "CTCAE v5.0 (NCI 2017), Investigations: Blood bicarbonate decreased"
_BICARBONATE = ("BICARB", "CO2")

ACID_BASE = (
    Rule(
        term="Acidosis",
        direction="low",
        tests=("PH",),
        scales=(Scale(unit="", steps=(*below(1, of="lln"), *below(7.3, first=3))),),
        citation=_METABOLISM,
    ),
    Rule(
        term="Alkalosis",
        direction="high",
        tests=("PH",),
        scales=(Scale(unit="", steps=(*above(1, of="uln"), *above(7.5, first=3))),),
        citation=_METABOLISM,
    ),
    Rule(
        term="Blood bicarbonate decreased",
        direction="low",
        tests=_BICARBONATE,
        scales=(Scale(unit="mmol/L", steps=(*below(1, of="lln"), *below(11, 8, first=3))),),
        citation=f"{_TESTS}; grades 3 and 4 of DAIDS 2.1 (July 2017), Bicarbonate, Low",
        analyte="bicarbonate",
        remark="CTCAE ends at grade 1, also for a bicarbonate that nobody survives",
    ),
    Rule(
        term="Blood bicarbonate increased",
        direction="high",
        tests=_BICARBONATE,
        scales=(Scale(unit="mmol/L", steps=(Step(grade=3, comparison=">", factor=45),)),),
        citation=f"{_METABOLISM}: Alkalosis, grade 3 (pH above 7.5, by Henderson-Hasselbalch)",
        analyte="bicarbonate",
        remark="between the upper limit and 45 mmol/L nothing is proven of the pH",
    ),
)
