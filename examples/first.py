"""A first look at a dataset in Python: python examples/first.py [OUTPUT]."""

import sys

import pandas as pd

import extract

data = extract.load(sys.argv[1] if len(sys.argv) > 1 else "output")
pd.set_option("display.unicode.east_asian_width", True, "display.width", 160)

# What the columns mean 字段含义
book = data.codebook.query("table == 'panel'").set_index("column")
print(book.loc[["expenditure", "enrollees", "recovered_funds"], ["label_zh", "label_en", "unit"]])

# One indicator over agencies and years 按单位和年度
panel = data.panel.set_index(["agency", "year"])
spent = panel["expenditure"].dropna()
print(
    f"\n{data.panel.attrs['labels']['expenditure']}（{data.panel.attrs['units']['expenditure']}）"
)
print(spent.unstack("year").to_string(float_format="{:,.0f}".format))

# From a number to its words 数值出处
agency, year = spent.index[0]
cells = data.cells.set_index(["agency", "year", "column"])
cell = cells.loc[(agency, year, "expenditure")]
print(f"\n{agency} {year}: {cell['quote']} ({cell['source']}, {cell['start']}–{cell['end']})")

# Why cells are empty 为何缺失: nothing is ever a zero that no report states
print(f"\n{data.cells['reason'].value_counts().to_string()}")
