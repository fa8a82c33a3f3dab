"""Text in, claims out. Pure: no database, no clock, no network; `pipeline.load` reads the language model once."""
