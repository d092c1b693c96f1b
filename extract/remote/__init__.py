"""Corpus and output at an address (远程): object stores and whatever else fsspec reaches."""
