"""How a dataset comes to be on disk, whole or not at all (提交)."""
