"""Numbers (数字): everything in a text that could be a figure, and what is none."""

from extract import native

__path__[:0] = native.beside("numbers")
