"""What the domain speaks and the wire carries: frozen msgspec Structs, one file a resource."""
