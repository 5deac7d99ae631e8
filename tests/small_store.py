"""A small store that holds one of everything an export must treat with care.

The people, the law and the state's promise are made up for the tests.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from graphbuild.deriving.rules import accounts_of_rules, conclude, settle
from graphbuild.stores.ledger import Ledger
from graphbuild.stores.ondisk import OxigraphStore
from graphbuild.stores.staging import SETTLED
from graphbuild.terms import PREFIXES, said_graph
from graphbuild.vocabulary import vocabulary_quads

SOURCE = "sample"

#: Names that the public profile must not let out, whole or in part.
PROTECTED = ("Testina Quillfeather", "Тестина Квиллфезерова", "Zorbanax Plimsworth", "Secretia Hushington")

SAID = """
id:state/AAA a upr:State ; upr:alpha3 "AAA" ; rdfs:label "Aland"@en ; skos:altLabel "The Aland"@en , "Аланд"@ru .
id:state/BBB a upr:State ; upr:alpha3 "BBB" ; rdfs:label "Côte de \\"B\\", </script><b>"@en .
id:cycle/1 a upr:Cycle ; upr:number 1 ; upr:date id:date/2010 .
id:session/7 a upr:Session ; upr:number 7 ; upr:inCycle id:cycle/1 ; upr:date id:date/2010 .
id:date/2010 a upr:Date ; upr:edtf "2010"^^edtf:EDTF ;
    upr:earliest "2010-01-01"^^xsd:date ; upr:latest "2010-12-31"^^xsd:date .
id:date/2014-07-03 a upr:Date ; upr:edtf "2014-07-03"^^edtf:EDTF ;
    upr:earliest "2014-07-03"^^xsd:date ; upr:latest "2014-07-03"^^xsd:date .
id:date/1960-08-10 a upr:Date ; upr:edtf "1960-08-10"^^edtf:EDTF ;
    upr:earliest "1960-08-10"^^xsd:date ; upr:latest "1960-08-10"^^xsd:date .
id:review/AAA/1 a upr:Review ; upr:reviewOf id:state/AAA ; upr:inCycle id:cycle/1 ; upr:inSession id:session/7 ;
    upr:date id:date/2010 ; upr:outcomeAdopted id:date/2010 ; upr:statedReceived 12 .
id:record/sample/r1 a upr:Record ; upr:recordOf id:recommendation/AAA/1/95.1 ; upr:inReview id:review/AAA/1 ;
    upr:paragraph "95.1" ; upr:recommendedBy id:state/BBB ; upr:text "=Guarantee \\\\ free speech\\nand the press"@en ;
    upr:mentions id:person/sample/P-1 ; upr:row "recommendations.csv:2" .
id:record/sample/r2 a upr:Record ; upr:recordOf id:recommendation/AAA/1/95.1 ; upr:position id:position/accepted ;
    upr:stage id:stage/workingGroup ; upr:date id:date/2010 ; upr:recordedAs "enjoy the support" .
id:ask/AAA/1/95.1/1 a upr:Ask ; upr:askOf id:recommendation/AAA/1/95.1 ; upr:right id:right/expression ;
    upr:askedDirection id:asked-direction/protect ; upr:force id:force/firm ; upr:scope id:scope/specific .
id:law/AAA/2014/5 a upr:Law ; upr:enactedBy id:state/AAA ; upr:number "-5" ; dcterms:title "On +Speech"@en ;
    upr:kind id:law-kind/law ; upr:evidence id:passage/sample/DOC/p1 ; upr:row "laws.csv:2" .
id:provision/AAA/2014/5/art-1 a upr:Provision ; upr:ofLaw id:law/AAA/2014/5 ; rdfs:label "art. 1" ;
    upr:text "@Insult is a crime"@en ; upr:change id:change/new .
id:legal-event/AAA/2014/5/adopted/1 a upr:LegalEvent ; upr:affects id:law/AAA/2014/5 ;
    upr:kind id:legal-event-kind/adopted ; upr:date id:date/2014-07-03 .
id:effect/AAA/2014/5/art-1/1 a upr:Effect ; upr:ofProvision id:provision/AAA/2014/5/art-1 ;
    upr:right id:right/expression ; upr:effectDirection id:effect-direction/restricts .
id:agent/NGO a upr:Organisation ; rdfs:label "A group"@en .
id:document/sample/DOC a upr:Document ; dcterms:identifier "DOC" ; dcterms:title "A report"@en ;
    upr:url <https://example.org/report> .
id:document/sample/CASE a upr:Document ; dcterms:title "A report on one person"@en ;
    upr:sensitivity id:sensitivity/S2 .
id:passage/sample/DOC/p1 a upr:Passage ; upr:inDocument id:document/sample/DOC ; upr:place "p1" .
id:passage/sample/DOC/p2 a upr:Passage ; upr:inDocument id:document/sample/DOC ; upr:place "p2" .
id:passage/sample/CASE/p3 a upr:Passage ; upr:inDocument id:document/sample/CASE ; upr:place "p3" .
id:claim/sample/C-1 a upr:Claim ; upr:about id:effect/AAA/2014/5/art-1/1 ; upr:polarity id:polarity/affirmed ;
    upr:modality id:modality/asserts ; upr:assertedBy id:agent/NGO ; upr:saidIn id:document/sample/DOC ;
    upr:evidence id:passage/sample/DOC/p1 ; upr:text "The article\\tpunishes speech"@en .
id:claim/sample/C-2 a upr:Claim ; upr:about id:person/sample/P-1 ; upr:polarity id:polarity/affirmed ;
    upr:modality id:modality/asserts ; upr:assertedBy id:agent/NGO ; upr:saidIn id:document/sample/DOC ;
    upr:evidence id:passage/sample/DOC/p2 ; upr:text "Testina Quillfeather was jailed"@en .
id:claim/sample/C-3 a upr:Claim ; upr:about id:law/AAA/2014/5 ; upr:polarity id:polarity/affirmed ;
    upr:modality id:modality/asserts ; upr:assertedBy id:agent/NGO ; upr:saidIn id:document/sample/CASE ;
    upr:evidence id:passage/sample/CASE/p3 ; upr:text "The law is vague"@en .
id:person/sample/P-1 a upr:Person ; upr:sensitivity id:sensitivity/S2 ; upr:born id:date/1960-08-10 .
id:person/sample/P-2 a upr:Person ; upr:sensitivity id:sensitivity/S4 .
id:person/sample/P-3 a upr:Person ; upr:sensitivity id:sensitivity/S1 .
id:person/sample/P-4 a upr:Person .
id:name/sample/P-1/1 a upr:Name ; upr:nameOf id:person/sample/P-1 ; upr:name "Testina Quillfeather" .
id:name/sample/P-1/2 a upr:Name ; upr:nameOf id:person/sample/P-1 ; upr:name "Тестина Квиллфезерова" .
id:name/sample/P-2/1 a upr:Name ; upr:nameOf id:person/sample/P-2 ; upr:name "Zorbanax Plimsworth" .
id:name/sample/P-3/1 a upr:Name ; upr:nameOf id:person/sample/P-3 ; upr:name "Ministra Openhand" .
id:name/sample/P-4/1 a upr:Name ; upr:nameOf id:person/sample/P-4 ; upr:name "Secretia Hushington" .
id:event/sample/E-1 a upr:Event ; rdfs:label "A protest"@en ; upr:inState id:state/AAA ;
    upr:sensitivity id:sensitivity/S0 ; upr:date id:date/2010 .
id:event/sample/E-2 a upr:Event ; rdfs:label "A trial of one"@en ; upr:partOf id:event/sample/E-1 ;
    upr:sensitivity id:sensitivity/S3 .
id:event/sample/E-3 a upr:Event ; rdfs:label "A hearing"@en ; upr:partOf id:event/sample/E-2 ;
    upr:sensitivity id:sensitivity/S0 .
id:act/sample/A-1 a upr:Act ; upr:victim id:person/sample/P-1 ; upr:inEvent id:event/sample/E-1 ;
    upr:outcome "five years"@en .
id:act/sample/A-2 a upr:Act ; upr:inEvent id:event/sample/E-3 ; upr:people "dozens"@en .
id:act/sample/A-3 a upr:Act ; upr:inEvent id:event/sample/E-1 ; upr:people "dozens"@en .
id:figure/sample/F-1 a upr:Figure ; upr:about id:event/sample/E-1 ; upr:stated "+15" ; upr:minimum 15 .
id:figure/sample/F-2 a upr:Figure ; upr:about id:act/sample/A-1 ; upr:stated "one" .
"""


def small_store(root: Path, more: str = "") -> OxigraphStore:
    """A store with the sample, and more statements if wanted, settled and concluded by the project's rules."""
    store = OxigraphStore(root)
    lines = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
    text = lines + _escaped(SAID + more)
    with store.writing(), store.stage("db-0") as staging:
        staging.add(SETTLED, (q.triple for q in vocabulary_quads()))
        staging.add(said_graph(SOURCE), (q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)))
        settle(staging)
        conclude(staging)
        for graph, lines in accounts_of_rules([SOURCE]).items():
            staging.add_lines(graph, lines)
        store.swap(staging, "db-0", Ledger(graphs=staging.accounts()))
    return store


def _escaped(text: str) -> str:
    """Names such as id:state/AAA with the slash as Turtle wants it."""
    return "\n".join(
        " ".join(word.replace("/", "\\/") if word.startswith("id:") else word for word in line.split(" "))
        for line in text.splitlines()
    )
