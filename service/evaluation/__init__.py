"""How right the engine is, measured on annotated texts. Depends on the engine, and nothing but the command on it."""
