"""State -> what people and programs are shown of it, one module per part. Pure."""
