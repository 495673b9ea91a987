"""AI: the door to a model, its budget, keys, prompts and pages."""
