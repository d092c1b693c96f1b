"""Tables in text (表格): whatever layout is left of them, to cells."""

from extract import native

__path__[:0] = native.beside("grids")
