"""From a dataset to what others can use (导出): other formats, releases, citations.

Pure functions over a written dataset: the same dataset gives the same bytes.
"""
