"""Figures that no rule names, and rules for them (发现)."""
