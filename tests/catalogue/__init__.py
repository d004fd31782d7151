"""The catalogue of operations, run for real: cases, the driver inside a service, the document."""
