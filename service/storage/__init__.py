"""Where the record is kept. `port` is the contract; every other file here is one way to keep it."""
