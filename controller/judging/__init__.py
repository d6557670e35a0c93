"""Judge as a service for others: JSON documents in, our verdict out."""
