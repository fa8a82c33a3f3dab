"""Fits the weights that come with the package; `MODEL_CARD.md` says on what."""
