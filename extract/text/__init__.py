"""The text of a document (文本): its copy for matching, its tree of headings, its years."""

from extract import native

__path__[:0] = native.beside("text")
