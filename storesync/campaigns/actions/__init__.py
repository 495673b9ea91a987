"""Every write to templates, roll-outs and campaigns, one module by noun."""
