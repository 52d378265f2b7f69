"""How is the record told in FHIR R4? One file a room: what a table holds becomes resources, as plain dicts."""
