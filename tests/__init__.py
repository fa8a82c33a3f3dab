"""The tests. What several of them need stands in modules without ``test_``."""
