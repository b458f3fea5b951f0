"""Undertone, the demo app: a small music site that has what a real app under test has.

It needs nothing but this process: SQLite in memory, streams that it synthesises itself, no
request to anywhere else. Faults can be switched on while it runs (:mod:`demo.faults`).
"""
