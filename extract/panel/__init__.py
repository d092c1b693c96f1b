"""The panel (面板): one row for each agency and year, and a cell or a reason for each column."""
