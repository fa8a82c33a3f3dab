"""Texts compared: which say the same, and which the opposite.

It is pure: no I/O but its own word lists, no clock, no database.
"""
