"""Sayso: every sentence of the news, on whose say-so, and how sure."""
