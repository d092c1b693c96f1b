# %% [markdown]
# # A first look at the dataset
#
# Run `make extract` in the project's folder first: it reads the reports in `corpus/` and writes the dataset to `output/`. In fifteen minutes this notebook goes from the list of documents over the codebook to a chart and a small regression, and then back from ten numbers to the words that they came from.
#
# The reports in `corpus/` are made up (虚构样例): four invented counties, 2021 to 2023. With reports of your own, `make extract CORPUS=…`, the cells run as they are where these are of medical insurance bureaus; for others put columns that they state in the place of `recovered_funds` and `inspected_any`. Nothing that is found in the made-up ones is a finding.

# %%
import html

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from fonts import use_chinese_font
from IPython.display import HTML

import extract

chinese = use_chinese_font()  # False without the font package: labels are English then
data = extract.load("../output")

# %% [markdown]
# ## What was read
#
# One row for each file that was found. `status` is `ok`, or the reason why a file could not be read; `n_rejected` counts the numbers that are no figures (dates, document numbers, list numbers …).

# %%
data.documents.groupby(["status", "format"]).size().rename("files").to_frame()

# %%
data.documents[["agency", "report_year", "doc_type", "source", "n_mentions", "n_rejected"]]

# %% [markdown]
# ## The panel
#
# One row for each agency and year, one column for each figure that the reports state. Money is in 元. A missing value is a figure that the report does not state; a 0 is a 0 that it states. A row can be about a year without a report of its own: a report also says something about the year before.

# %%
panel = data.panel.set_index(["agency", "year"]).sort_index()
panel[["enrollees", "expenditure", "three_public", "inspected_any", "recovered_funds"]]

# %% [markdown]
# ## The codebook
#
# `codebook.csv` in the output folder has a row for each column of each table: labels in Chinese and English, unit, definition, what a missing value stands for. Look for a word (`zhengju columns --of output --find 住院` does the same):

# %%
codebook = extract.codebook("../output").query("table == 'panel'")
codebook[codebook["label_zh"].str.contains("住院")][["column", "label_zh", "label_en", "unit"]]

# %% [markdown]
# The frames carry the same: `attrs` has labels (also English ones), units and meanings by column.

# %%
labels = data.panel.attrs["labels"]
{column: labels[column] for column in ("expenditure", "three_public", "recovered_funds")}

# %% [markdown]
# ## One indicator over counties and years: funds recovered (追回医保基金)

# %%
column = "recovered_funds"
own = data.panel[data.panel["has_own_report"] & data.panel["is_primary"]]
name = "agency" if chinese else "agency_id"
wide = own.pivot_table(index="year", columns=name, values=column) / 10_000
wide = wide.sort_values(wide.index[-1], axis=1, ascending=False)  # the legend in the lines' order

figure, axes = plt.subplots(figsize=(8, 4))
for agency in wide.columns:
    axes.plot(wide.index, wide[agency], marker="o", label=agency)
axes.set_xticks(wide.index)
axes.set_ylim(bottom=0)
axes.set_title("追回医保基金（虚构样例）" if chinese else "Insurance funds recovered (made-up)")
axes.set_xlabel("年度" if chinese else "year")
axes.set_ylabel("万元" if chinese else "10,000 yuan")
axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
figure.tight_layout()

# %% [markdown]
# ## A small regression
#
# Do more inspections recover more? Logarithm of funds recovered on the logarithm of institutions inspected, with a constant for each county, so that only changes within a county count. A dozen rows of made-up reports show the way, not a result.

# %%
rows = own[["agency_id", "year", "inspected_any", "recovered_funds"]].dropna()
log = np.log(rows[["recovered_funds", "inspected_any"]].astype(float))
within = log - log.groupby(rows["agency_id"]).transform("mean")
y, x = within["recovered_funds"].to_numpy(), within["inspected_any"].to_numpy()

slope = (x @ y) / (x @ x)
free = len(y) - rows["agency_id"].nunique() - 1
error = np.sqrt(((y - slope * x) ** 2).sum() / free / (x @ x))
pd.Series({"elasticity": slope, "standard error": error, "rows": len(y)}).round(3).to_frame("")

# %% [markdown]
# ## Ten cells, audited
#
# Before a number carries an argument, look at some. Ten filled cells are drawn, and each is shown in its sentence with the very span that it was taken from. Read them, and put down where you disagree. (`zhengju audit` draws such samples for two blind coders, and works out precision and recall.)

# %%
filled = data.cells[data.cells["value"].notna()]
drawn = filled.sample(min(10, len(filled)), random_state=1).sort_values(["agency", "year"])
texts = data.texts.set_index("source")["text"]
mentions = data.mentions.set_index("mention_id")


def marked(cell: pd.Series) -> str:
    """The words around the span of a cell, the span marked."""
    text, start, end = texts[cell["source"]], int(cell["start"]), int(cell["end"])
    assert text[start:end] == mentions.loc[cell["mention_id"], "quote"]
    before = text[max(0, start - 60) : start].rsplit("\n", 1)[-1]
    after = text[end : end + 20].split("\n", 1)[0]
    return f"{html.escape(before)}<mark>{html.escape(text[start:end])}</mark>{html.escape(after)}"


audit = pd.DataFrame(
    {
        "agency": drawn["agency"],
        "year": drawn["year"],
        "column": drawn["column"],
        "label": drawn["column"].map(labels),
        "value": drawn["value"].map("{:,.10g}".format),
        "unit": drawn["unit"],
        "words": [marked(cell) for _, cell in drawn.iterrows()],
    }
)
HTML(audit.to_html(escape=False, index=False))

# %% [markdown]
# How much do ten tell? Put in how many of them you found right: the interval (Wilson, 95 %) says what share of all cells may be right.

# %%
drawn_cells, z = len(audit), 1.96
right = drawn_cells  # all of them, say
share = right / drawn_cells
middle = (share + z**2 / (2 * drawn_cells)) / (1 + z**2 / drawn_cells)
half = np.sqrt(share * (1 - share) / drawn_cells + (z / (2 * drawn_cells)) ** 2)
half *= z / (1 + z**2 / drawn_cells)
f"{right} of {drawn_cells} right: between {middle - half:.0%} and {min(1, middle + half):.0%}"

# %% [markdown]
# All mentions behind one cell, and the rule that decided each; `zhengju explain FILE START` prints how a figure got its meaning.

# %%
cell = drawn.iloc[0]
evidence = data.evidence(cell["agency_id"], cell["year"], cell["column"])
evidence[["source", "section", "sentence", "quote", "value", "unit", "start", "end", "rule"]]

# %%
all(texts[m.source][m.start : m.end] == m.quote for m in evidence.itertuples())
