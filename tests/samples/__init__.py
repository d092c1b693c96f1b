"""Made-up reports: numbers (``counties.toml``) and wording (``templates/``) become a corpus.

``make_corpus.py`` prints the reports and notes in ``truth.csv`` what every printed figure means.
"""
