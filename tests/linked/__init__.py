"""Claims in the words of others, held against the vocabularies that have the words. Nothing of it needs a network."""
