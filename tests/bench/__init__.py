"""Benchmarks (基准测试): ``make bench`` runs all of them in one go, against the peers of each step.

Speeds are ratios of CPU time taken in turns in one run; the peers live in an environment of their
own. What they say goes to ``build/bench.json``; ``--record`` renews the figures and the picture in
``docs/`` with it. None of this is a test: a slow machine breaks nothing.
"""
