"""The version of the distribution, in the one place where it stands."""

VERSION = "0.1.0"
