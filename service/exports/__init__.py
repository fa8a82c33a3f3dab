"""Claims of one moment of the record as files. `formats` names them; `shelf` keeps those that were made."""
