# %% [markdown]
# # Counties over years: levels, per insured person, growth
#
# The reports are made up (虚构样例): six invented counties of an invented province, 2019 to 2023, printed by `tests/research/` and read here as any others. For a panel of your own put `extract.load("../output")` in the place of `province()`.

# %%
import matplotlib.pyplot as plt
import pandas as pd
from fonts import use_chinese_font
from made_up import province

chinese = use_chinese_font()  # False without the font package: labels are English then
data = province()


def say(zh: str, en: str) -> str:
    """A label in the language that can be drawn."""
    return zh if chinese else en


# %% [markdown]
# ## One row for each county and year
#
# Take the rows that are comparable: `is_primary` picks one entity of an agency that reports as several (本级, 汇总), the same in all years; `bureau` the kind of agency. A gap stays a gap: nothing is filled in.

# %%
panel = data.panel
panel = panel[panel["is_primary"] & panel["bureau"].eq("医疗保障")]
panel = panel[panel["has_own_report"]].astype({"year": int})
panel["county_name"] = (
    panel["agency"].str.replace("医疗保障局", "") if chinese else panel["agency_id"]
)
panel.groupby("county_name")["year"].agg(["min", "max", "count"])

# %% [markdown]
# ## Levels
#
# Spending of the agency in 万元: divide by 10,000, since money in the dataset is in 元.


# %%
def by_county(values: pd.Series) -> pd.DataFrame:
    """A column for each county, a row for each year."""
    years = range(panel["year"].min(), panel["year"].max() + 1)
    wide = panel.assign(values=values).pivot_table(
        index="year", columns="county_name", values="values"
    )
    return wide.reindex(years)


def lines(values: pd.Series, title: str, unit: str, ax: plt.Axes) -> None:
    """A line for each county."""
    wide = by_county(values)
    for county in wide.columns:
        ax.plot(wide.index, wide[county], marker="o", markersize=4, label=county)
    ax.set_title(title)
    ax.set_ylabel(unit)
    ax.set_xlabel(say("年度", "year"))
    ax.set_xticks(wide.index)
    ax.spines[["top", "right"]].set_visible(False)


figure, axes = plt.subplots(1, 2, figsize=(11, 4))
lines(
    panel["expenditure"] / 1e4,
    say("本年支出合计", "Expenditure"),
    say("万元", "10,000 yuan"),
    axes[0],
)
lines(
    panel["enrollees"] / 1e4,
    say("参保人数", "Insured persons"),
    say("万人", "10,000 persons"),
    axes[1],
)
axes[1].legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
figure.suptitle(say("六个县（虚构样例）", "Six invented counties"))
figure.tight_layout(w_pad=3)

# %% [markdown]
# A line that stops or breaks is a missing cell. Why it is missing stands in `cells`:

# %%
cells = data.cells[data.cells["agency_id"].isin(panel["agency_id"])]
missing = cells[cells["column"].isin(["expenditure", "enrollees"]) & cells["reason"].notna()]
missing[["agency", "year", "column", "reason", "conflict_note"]]

# %% [markdown]
# ## Per insured person
#
# Both figures of a ratio must stand in the panel for the same agency and year, else the ratio is missing. Nothing in the dataset is derived: a ratio is made here, where one can see it.

# %%
per_person = panel["expenditure"] / panel["enrollees"]
figure, ax = plt.subplots(figsize=(8, 4))
lines(
    per_person,
    say("每名参保人的部门支出（虚构样例）", "Agency expenditure per insured person (made-up)"),
    say("元/人", "yuan per person"),
    ax,
)
ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
figure.tight_layout()

# %% [markdown]
# ## Growth
#
# Two growth rates can be had: the one that the report states (`expenditure__gro`), and the one that follows from two levels of two reports. They should agree, and where they do not, one of the three numbers is wrong, or the year before was restated.

# %%
levels = by_county(panel["expenditure"])
computed = (levels / levels.shift(1) - 1) * 100
stated = by_county(panel["expenditure__gro"])
gap = (computed - stated).abs()
gap.round(2)

# %%
figure, ax = plt.subplots(figsize=(5, 5))
for county in stated.columns:
    ax.scatter(stated[county], computed[county], s=22, label=county)
low, high = stated.min().min() - 0.3, stated.max().max() + 0.3
ax.plot([low, high], [low, high], color="grey", linewidth=0.8, zorder=0)
ax.set_aspect("equal")
ax.set_xlabel(say("报告所述增长率（%）", "growth as stated (%)"))
ax.set_ylabel(say("由两年支出算得（%）", "growth from two levels (%)"))
ax.set_title(say("支出增长：所述与算得（虚构样例）", "Growth, stated and computed (made-up)"))
ax.legend(frameon=False, loc="lower right", fontsize=8)
figure.tight_layout()

# %% [markdown]
# ## A table to take along
#
# Levels, ratio and growth of the last year, one row for each county.

# %%
last = panel[panel["year"].eq(panel["year"].max())].set_index("county_name")
table = last[["expenditure", "enrollees", "expenditure__gro"]].assign(
    yuan_per_person=lambda p: (p["expenditure"] / p["enrollees"]).round(1)
)
table.sort_values("yuan_per_person", ascending=False)
