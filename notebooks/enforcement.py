# %% [markdown]
# # Enforcement across counties
#
# What supervision of medical insurance funds (医保基金监管) reports: institutions inspected, measures taken, funds recovered. The reports are made up (虚构样例), six invented counties from 2019 to 2023; the figures obey a law that the last section finds again. For your own reports put `extract.load("../output")` in the place of `province()`.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from fonts import use_chinese_font
from made_up import province

chinese = use_chinese_font()  # False without the font package: labels are English then
data = province()


def say(zh: str, en: str) -> str:
    """A label in the language that can be drawn."""
    return zh if chinese else en


panel = data.panel
panel = panel[panel["is_primary"] & panel["bureau"].eq("医疗保障") & panel["has_own_report"]]
panel = panel.astype({"year": int})
panel["county_name"] = (
    panel["agency"].str.replace("医疗保障局", "") if chinese else panel["agency_id"]
)

# %% [markdown]
# ## What the columns count
#
# Read the definition before you compare. `inspected_any` are inspections as reports count them: a report that states 检查定点医药机构 need not say whether an institution inspected twice counts twice.

# %%
columns = [
    "inspected_any",
    "interviewed",
    "rectified",
    "suspended",
    "recovered_funds",
    "liquidated_damages",
]
pd.DataFrame({key: panel.attrs[key] for key in ("labels", "units", "meanings")}).loc[columns]

# %% [markdown]
# ## Who reports it at all
#
# A county that says nothing on supervision is not a county without supervision. Count the cells, and keep the reason.

# %%
panel.groupby("county_name")[columns].count()

# %%
cells = data.cells
silent = cells[
    cells["column"].isin(columns) & cells["reason"].isin(["not_stated", "section_missing"])
]
silent = silent[silent["agency_id"].isin(panel["agency_id"])]
silent = silent.merge(panel[["agency_id", "year"]], on=["agency_id", "year"])
silent[["agency", "year", "column", "reason"]]

# %% [markdown]
# ## Measures taken
#
# Sums over the counties, from interviews to suspended agreements. A year in which a county is silent is lower for that alone, so sums are over the counties that report in all years.

# %%
measures = ["interviewed", "rectified", "suspended"]
years = sorted(panel["year"].unique())
told = panel.dropna(subset=measures).groupby("county_name")["year"].nunique()
always = told.index[told.eq(len(years))]
sums = panel[panel["county_name"].isin(always)].groupby("year")[measures].sum()

figure, ax = plt.subplots(figsize=(8, 4))
bottom = np.zeros(len(sums))
names = {
    "interviewed": say("约谈", "interviewed"),
    "rectified": say("限期整改", "ordered to rectify"),
    "suspended": say("暂停协议", "agreement suspended"),
}
for measure in measures:
    ax.bar(sums.index, sums[measure], bottom=bottom, label=names[measure], width=0.6)
    bottom += sums[measure].to_numpy(float)
ax.set_xticks(sums.index)
ax.set_xlabel(say("年度", "year"))
ax.set_ylabel(say("家", "institutions"))
ax.set_title(
    say(
        f"对定点医药机构的处理，各年均有数据的{len(always)}个县（虚构样例）",
        f"Measures, {len(always)} counties with figures in all years (made-up)",
    )
)
ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
ax.spines[["top", "right"]].set_visible(False)
figure.tight_layout()

# %% [markdown]
# ## Inspections and funds recovered
#
# Across counties and within them are two questions. Counties that inspect more may be those with more to find, or those whose institutions behave.

# %%
known = panel.dropna(subset=["inspected_any", "recovered_funds"])
known = known.assign(recovered=known["recovered_funds"].astype(float) / 1e4)
figure, ax = plt.subplots(figsize=(8, 4.5))
for county, rows in known.sort_values("year").groupby("county_name"):
    ax.plot(rows["inspected_any"], rows["recovered"], marker="o", markersize=4, label=county)
ax.set_xlabel(say("检查定点医药机构（家）", "institutions inspected"))
ax.set_ylabel(say("追回医保基金（万元）", "funds recovered (10,000 yuan)"))
ax.set_title(
    say("检查与追回：每条线是一个县的五年（虚构样例）", "Each line is one county's years (made-up)")
)
ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
ax.spines[["top", "right"]].set_visible(False)
figure.tight_layout()


# %%
def slope(frame: pd.DataFrame) -> float:
    """Of funds recovered (万元) on inspections, by least squares."""
    return float(np.polyfit(frame["inspected_any"].astype(float), frame["recovered"], 1)[0])


centred = known[["inspected_any", "recovered"]].astype(float)
centred = centred - centred.groupby(known["agency_id"]).transform("mean")
pd.Series(
    {
        "across counties (pooled)": slope(known),
        "within counties (fixed effects)": slope(centred),
        "as the reports were made": 0.6,
    }
).round(2).to_frame("万元 for one more inspection")

# %% [markdown]
# Pooled, one more inspection seems to cost money; within a county it brings in some 6,000 元, which is what the made-up figures were made with.
#
# ## Per inspection, and with the evidence
#
# A ratio that stands out is looked up before it is written about: here the highest one, with its sentence.

# %%
known = known.assign(per_inspection=known["recovered"] / known["inspected_any"].astype(float))
top = known.sort_values("per_inspection", ascending=False).iloc[0]
evidence = data.evidence(top["agency_id"], top["year"], "recovered_funds").iloc[0]
evidence[["source", "section", "sentence", "quote", "start", "end", "confidence"]].to_frame("")
