"""Two outputs held against each other (对比): which rows came, went or changed, and why.

``sides`` opens both, ``documents`` pairs files and tells the cause, ``buckets`` cuts large tables,
``rows`` finds what differs, ``mentions`` and ``agencies`` go through the tables, ``compare`` does
it all. ``changes`` is what comes out, ``summary`` and ``words`` tell it.
"""
