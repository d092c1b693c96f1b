"""The text of a document (文本): its copy for matching, and its tree of headings."""

from extract import native

__path__[:0] = native.beside("text")
