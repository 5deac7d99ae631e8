"""Rows of UPR Info exports made into N-Triples, by graphbuild and by morph-kgc with an RML mapping.

    python benchmarks/mapping.py FOLDER_OF_EXPORTS WORK [--morph-kgc PYTHON]

Both read the same file, all exports in one, and write text in the same form,
about as many statements for a row. morph-kgc (in an environment of its own, to
which PYTHON belongs) does less: it looks up no state, issue or date, notes no
row, and refuses nothing. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any

import measure

OURS = """
import sys
from pathlib import Path
from graphbuild.read import read_source
staged = read_source(Path(sys.argv[1]))
assert not staged.problems, staged.problems[0]
with open(sys.argv[2], "w", encoding="utf-8") as file:
    file.writelines(line + "\\n" for line in staged.lines())
"""
THEIRS = "import runpy, sys; sys.argv = ['morph_kgc', sys.argv[1]]; runpy.run_module('morph_kgc', run_name='__main__')"
SETTINGS = """[CONFIGURATION]
output_file: {output}
logging_level: ERROR
[EXPORT]
mappings: {rules}
"""
RULES = """@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix upr: <https://w3id.org/graphbuild/upr#> .

[] a rr:TriplesMap ;
  rml:logicalSource [ rml:source "{file}" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "https://w3id.org/graphbuild/id/record/{{To}}/{{Session}}/{{Text}}/{{From}}" ;
    rr:class upr:Record ] ;
{properties} .
"""
#: For each property of a row what it is made from: a column, or a template of an IRI.
PROPERTIES = {
    "text": "Text", "recordedAs": "Response", "recommenderAsWritten": "From", "stateAsWritten": "To",
    "issueAsWritten": "Issue", "action": "action/{Action}", "issue": "issue/{Issue}",
    "position": "position/{Response}", "recommendedBy": "state/{From}", "inReview": "review/{To}/{Session}",
    "saidIn": "document/{Session}", "recordOf": "recommendation/{To}/{Session}/{Text}",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exports", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--morph-kgc", default="", help="a Python that has morph-kgc")
    given = parser.parse_args()
    print(json.dumps(mapped(given.exports, given.work, given.morph_kgc)))


def mapped(exports: Path, work: Path, morph_kgc: str) -> dict[str, Any]:
    """Rows, and for each program seconds, peak memory and statements."""
    work.mkdir(parents=True, exist_ok=True)
    rows = united(exports, work / "export.csv")
    found: dict[str, Any] = {"rows": rows}
    ours = measure.run([sys.executable, "-c", OURS, work / "export.csv", work / "ours.nt"])
    found["graphbuild"] = vars(ours) | {"statements": lines(work / "ours.nt")}
    if not morph_kgc:
        return found | {"morph-kgc": {"absent": "not given; see --morph-kgc"}}
    theirs = measure.run([morph_kgc, "-c", THEIRS, settings(work)])
    return found | {"morph-kgc": vars(theirs) | {"statements": lines(work / "theirs.nt")}}


def united(exports: Path, path: Path) -> int:
    """Write the rows of all exports into one file; how many they are."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        for number, export in enumerate(sorted(exports.glob("*.csv"))):
            with export.open(encoding="utf-8", newline="") as part:
                head, *rows = csv.reader(part)
            out.writerows([head, *rows] if number == 0 else rows)
            count += len(rows)
    return count


def settings(work: Path) -> Path:
    """Write the RML mapping and what morph-kgc wants to know."""
    maps = [
        f"  rr:predicateObjectMap [ rr:predicate upr:{name} ; rr:objectMap [ {_made(value)} ] ]"
        for name, value in PROPERTIES.items()
    ]
    rules = RULES.format(file=work / "export.csv", properties=" ;\n".join(maps))
    (work / "rules.ttl").write_text(rules, encoding="utf-8")
    text = SETTINGS.format(output=work / "theirs.nt", rules=work / "rules.ttl")
    (work / "settings.ini").write_text(text, encoding="utf-8")
    return work / "settings.ini"


def _made(value: str) -> str:
    if "{" in value:
        return f'rr:template "https://w3id.org/graphbuild/id/{value}"'
    return f'rml:reference "{value}"'


def lines(path: Path) -> int:
    """Lines of a file; 0 if it is not there."""
    if not path.exists():
        return 0
    with path.open(encoding="utf-8") as file:
        return sum(1 for _ in file)


if __name__ == "__main__":
    main()
