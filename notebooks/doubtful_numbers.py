# %% [markdown]
# # Which numbers not to believe
#
# Four kinds of doubt, and where they stand: figures that contradict each other (`checks`), one document with two values (`conflict`), later reports that restate a figure (`value_restated`), and cells that are empty for a reason. The reports are made up (虚构样例): six invented counties, two of which were told to contradict themselves. For your own reports put `extract.load("../output")` in the place of `province()`.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from fonts import use_chinese_font
from made_up import province

chinese = use_chinese_font()  # False without the font package: labels are English then
data = province()
pd.set_option("display.max_colwidth", 120)


def say(zh: str, en: str) -> str:
    """A label in the language that can be drawn."""
    return zh if chinese else en


agencies = data.panel.drop_duplicates("agency_id").set_index("agency_id")["agency"]
drawn = agencies if chinese else agencies.index.to_series()  # names in pictures
insurance = data.panel[data.panel["bureau"].eq("医疗保障") & data.panel["is_primary"]]

# %% [markdown]
# ## Checks: arithmetic that a report allows to test
#
# A row for each sum, share, growth, … `off` is said only where the figures are sure to belong together, or where one slip of the pen explains the gap. `formula` is the arithmetic.

# %%
checks = data.checks
pd.crosstab(checks["kind"], checks["verdict"])

# %%
off = checks[checks["verdict"].eq("off")].assign(agency=lambda c: c["agency_id"].map(agencies))
off[["agency", "year", "kind", "indicator", "formula"]].head(8)

# %% [markdown]
# Which agencies do it? A share of relations that are off is a mark of quality of the report, and can be a variable of its own.

# %%
tested = checks[checks["verdict"].isin(["holds", "off"])]
tested = tested[tested["agency_id"].isin(insurance["agency_id"])]
share = tested["verdict"].eq("off").groupby(tested["agency_id"].map(drawn)).mean() * 100
share = share.sort_values()
figure, ax = plt.subplots(figsize=(7, 3))
ax.barh(share.index, share)
ax.set_xlabel(say("不成立的勾稽关系占比（%）", "relations that are off (%)"))
ax.set_title(
    say("各单位报告自相矛盾的程度（虚构样例）", "How far reports contradict themselves (made-up)")
)
ax.spines[["top", "right"]].set_visible(False)
figure.tight_layout()

# %% [markdown]
# A cell whose relations are all off has `check_status` `off`. Leave such cells out, and see whether your result stands:

# %%
cells = data.cells
doubtful = cells[cells["check_status"].isin(["off", "mixed"])]
pd.crosstab(doubtful["column"], doubtful["check_status"])

# %% [markdown]
# ## Conflicts: one document, two values
#
# Values more than 1 % apart give no cell, but the reason `conflict`; the note names both places. The choice is yours.

# %%
torn = cells[cells["reason"].eq("conflict")]
torn[["agency", "year", "column", "conflict_note"]]

# %%
row = torn.iloc[0]
data.evidence(row["agency_id"], row["year"], row["column"])[["sentence", "quote", "start"]]

# %% [markdown]
# ## Revisions: what the next year's report says
#
# The year's own report stands in the panel. `value_restated` and `restated_in` keep the other value, and where it comes from.

# %%
restated = cells[cells["value_restated"].notna()].assign(
    percent=lambda c: (c["value_restated"] / c["value"] - 1) * 100
)
restated[["agency", "year", "column", "value", "value_restated", "percent", "restated_in"]].round(2)

# %% [markdown]
# Cells that no report of their own year states have `origin` `later_report`:

# %%
cells.loc[cells["origin"].eq("later_report"), ["agency", "year", "column", "value", "source"]]

# %% [markdown]
# ## Coverage: what is missing, and why
#
# `coverage` is the share of the core indicators that reports of this kind can state and that this one does. An agency that was expected (`frame.csv`) and sent nothing is a row without a report.

# %%
years = sorted(insurance["year"].unique())
named = insurance.assign(name=insurance["agency_id"].map(drawn))
grid = named.pivot_table(index="name", columns="year", values="coverage", dropna=False)
grid = grid.reindex(columns=years).astype(float).sort_index()
figure, ax = plt.subplots(figsize=(7.5, 4))
shown = ax.imshow(grid * 100, cmap="YlGnBu", vmin=0, vmax=100, aspect="auto")
ax.set_facecolor("#d9d9d9")  # no report of its own
ax.set_xticks(range(len(grid.columns)), [str(year) for year in grid.columns])
ax.set_yticks(range(len(grid)), grid.index)
for (i, j), value in np.ndenumerate(grid.to_numpy()):
    text = say("无报告", "none") if np.isnan(value) else f"{value:.0%}"
    ax.text(
        j,
        i,
        text,
        ha="center",
        va="center",
        fontsize=9,
        color="black" if not value > 0.6 else "white",
    )
ax.set_xlabel(say("年度", "year"))
ax.set_title(say("核心指标覆盖率（虚构样例）", "Core indicators stated (made-up)"))
figure.colorbar(shown, label=say("覆盖率（%）", "coverage (%)"))
figure.tight_layout()

# %% [markdown]
# The reasons of the empty cells, for the columns of a study: here what the enforcement chapter reports.

# %%
columns = ["inspected_any", "interviewed", "rectified", "suspended", "recovered_funds"]
why = cells[cells["reason"].notna() & cells["agency_id"].isin(insurance["agency_id"])]
why = why[why["column"].isin([*columns, "expenditure", "enrollees"])]
pd.crosstab(why["column"], why["reason"])

# %% [markdown]
# ## Confidence
#
# `confidence` is the probability that value, unit, indicator, measure, year and coded dimensions are all right, as measured on labelled texts. Set a limit before you look at results, and report what it leaves out.

# %%
filled = cells[cells["value"].notna()]
limits = [0.5, 0.8, 0.9, 0.95]
pd.Series({f"≥ {limit}": (filled["confidence"] >= limit).mean() for limit in limits}).round(
    3
).to_frame("share of filled cells")

# %% [markdown]
# ## A panel without them
#
# Blank the doubtful cells in a copy, and run the analysis on both.

# %%
drop = (
    filled["check_status"].eq("off")
    | filled["value_restated"].notna()
    | (filled["confidence"] < 0.5)
)
strict = data.panel.set_index(["agency_id", "year"])
for cell in filled[drop].itertuples():
    strict.loc[(cell.agency_id, cell.year), cell.column] = np.nan
f"{drop.sum()} of {len(filled)} cells blanked"
