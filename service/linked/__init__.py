"""A claim in the words of others: vocabularies that other programs know, as JSON-LD. Pure: no I/O, no clock, no store.

Names of things are paths, which JSON-LD reads as seen from where the answer was got.
"""
