"""The decider: tonight's figures against those of the nights before, with a known error rate.

Pure, numpy only, and nothing of the rest of ``summary`` is imported here. docs/regression.md says
what is done and why, and what was measured.
"""
