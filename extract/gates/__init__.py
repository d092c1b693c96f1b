"""Gates before publication (发布门槛): a dataset that falls behind the last one is not published.

``rules`` reads the thresholds, ``measures`` counts, ``verdict`` holds the new against the last.
"""
