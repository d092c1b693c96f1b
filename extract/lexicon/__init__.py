"""Words (词汇): the grammar of phrases, and what they say when they are found."""

from extract import native

__path__[:0] = native.beside("lexicon")
