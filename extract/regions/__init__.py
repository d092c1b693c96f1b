"""Divisions of the country (行政区划): which one a name means, in the year of a report."""
