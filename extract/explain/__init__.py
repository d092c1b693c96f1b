"""Why a figure became what it became (解释)."""
