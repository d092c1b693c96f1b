"""A made-up province over five years, whose figures are known: what analyses are tested on.

``world.py`` computes the figures, ``wording.py`` prints them as reports; all names are invented,
but for counties that changed their code, whose reports say nothing beyond an invented number of
staff. ``headlines.toml`` holds what a reader of the published reports calls their headlines.
"""
