"""What a figure means (含义): indicator, measure, year, and the figure that it is about."""

from extract import native

__path__[:0] = native.beside("meaning")
