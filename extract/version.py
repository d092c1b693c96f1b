"""The versions of the distribution and of the tables, in the one place where they stand."""

VERSION = "0.1.0"
SCHEMA_VERSION = "1"  # of the tables: written into each of them
