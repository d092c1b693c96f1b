"""What is known while a figure is worked out (语境): of itself, its line, its document."""

from extract import native

__path__[:0] = native.beside("context")
