"""Figures that are measured and printed, never asserted."""
