"""A sheet that somebody filled in, held against the evidence (核对手工表): ``zhengju compare``."""
