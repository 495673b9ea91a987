"""Pages of templates, roll-outs and campaigns, one module by noun."""
