"""The agency stage (按单位汇总): from the rows of documents to facts and panel."""

from extract import native

__path__[:0] = native.beside("agency")
