"""Pages of AI, for Brand Managers: what it costs, its calls, its settings."""
