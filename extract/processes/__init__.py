"""Child processes (子进程): what they are given, what they may take, and what becomes of them."""
