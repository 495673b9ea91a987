"""The model behind one door: `ask` and `embed`, for tasks alone; its keys, budget, prompts and pages."""
