"""Guidelines of a brand that run: rules held against every message, whoever or whatever wrote it."""
