# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Kazakhstan: what was accepted, and what the law did next
#
# In 2010 and 2014 other states recommended hundreds of things to Kazakhstan in the
# Universal Periodic Review of the United Nations. Kazakhstan accepted most of them.
# This notebook asks which laws that came later take away from what was accepted.
#
# It needs `pip install 'graphbuild[notebook]'` and no network. As a file with cells it
# opens in Jupyter (with jupytext) and in most editors; as a plain program it runs with
# `python notebooks/kazakhstan.py`.

# %%
import html
import tempfile
from collections import Counter
from pathlib import Path

from IPython.display import HTML, Image, display

from graphbuild.build import load
from graphbuild.exports.networks import conflict_network, narrowed
from graphbuild.exports.pictures import draw, iframe, interactive, title_of
from graphbuild.questions.answers import ask
from graphbuild.questions.catalogue import find_question
from graphbuild.resources import bundled_casebooks
from graphbuild.stores.ondisk import OxigraphStore

HERE = Path(__file__).parent if "__file__" in globals() else Path.cwd()

# %% [markdown]
# ## The graph
#
# The casebook is a folder of tables that people wrote and that can be corrected in a
# spreadsheet: recommendations and answers, what each accepted recommendation asks for,
# laws and what their provisions do, and who says so. Loading checks every row.

# %%
folder = tempfile.TemporaryDirectory(prefix="graphbuild-notebook-")  # gone at the end: a store holds every name
store = OxigraphStore(Path(folder.name) / "graph")
report = load(store, bundled_casebooks())
for outcome in report.outcomes:
    print(f"{outcome.staged.title}: {outcome.loaded:,} rows, {outcome.left_out} left out")

# %% [markdown]
# ## The question
#
# `pledge-conflicts` compares what each accepted recommendation asks for with what each
# later provision does. A pair is a finding when all eleven tests of the rule hold: the
# law is later, touches the same right or a narrower one, does the opposite of what was
# asked, has legal force, and somebody other than the casebook says so. The grade falls
# with every doubt.

# %%
answer = ask(store, find_question("pledge-conflicts"), {"state": "KAZ"})
rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
grades = Counter(row["grade"] for row in rows)
print(f"{len(rows)} findings:", ", ".join(f"{grades[g]} {g}" for g in ("strong", "medium", "weak")))


# %%
def table(rows: list[dict[str, str]], columns: list[str]) -> HTML:
    head = "".join(f"<th style='text-align:left'>{html.escape(c.replace('_', ' '))}</th>" for c in columns)
    body = "".join(
        "<tr>" + "".join(f"<td style='text-align:left'>{html.escape(row[c])}</td>" for c in columns) + "</tr>"
        for row in rows
    )
    return HTML(f"<table><tr>{head}</tr>{body}</table>")


strong = [row for row in rows if row["grade"] == "strong"]
display(table(strong[:15], ["paragraph", "recommending_states", "pledge", "accepted", "law", "provision", "adopted",
                            "ended", "asserted_by"]))

# %% [markdown]
# ## The picture
#
# Only strong findings are drawn here; the page below has all of them.

# %%
network = conflict_network(store, "KAZ")
strongest = narrowed(network, grades=["strong"])
picture = draw(strongest, HERE / "kazakhstan-conflicts.png", title=f"{title_of(network)} (strong findings)")
display(Image(picture))

# %% [markdown]
# ## To click on
#
# The page works without a server. It is also saved as `kazakhstan-conflicts.html`.

# %%
page = interactive(network)
(HERE / "kazakhstan-conflicts.html").write_text(page, encoding="utf-8", newline="\n")
display(HTML(f"<div>{iframe(page)}</div>"))

# %% [markdown]
# ## What must not be concluded
#
# * **A finding is a candidate for a person's judgement.** It says that, as people have
#   read the wording and the law, one opposes the other. Whether the law breaks the pledge
#   is for lawyers, courts and the state itself to say.
# * **No finding is not a clean record.** Only laws and wordings that somebody has read
#   into the casebook are compared; what nobody wrote down is not seen.
# * **Few findings for a state that accepts little mean little.** A state that only notes
#   recommendations has nothing that its laws could contradict.
# * **Later is not because.** The rule compares dates; it knows nothing of reasons.
# * **A law that ended may have conflicted all the same.** `ended` tells until when.
# * **Pledges are not treaties.** They bind politically; what binds by law stands elsewhere.
#
# Why one pair is a finding, and another is not, is explained test by test by
# `graphbuild explain KAZ/1/95.73 KAZ/2011/483-IV`.
