"""What a figure is narrowed to (维度): scheme, source of money, project, place, part."""

from extract import native

__path__[:0] = native.beside("dimensions")
