"""Measures what is read against answers, and fits the model of confidence: ``make score``."""
