"""Pages that are only pictures (扫描件): found, put straight, read, laid out like any other page.

``ocr`` reads, ``picture`` looks at what is no text, ``layout`` makes lines and table rows of one
page and ``flow`` paragraphs over pages; ``pages`` composes them, ``pdf`` draws the pages of a PDF.
"""
