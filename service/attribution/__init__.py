"""Text in, claims out. Pure: no database, no clock, no network; the language model is loaded once by `pipeline.load`."""
