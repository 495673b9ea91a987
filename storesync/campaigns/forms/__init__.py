"""Forms of templates, roll-outs and campaigns; each hands plain data to an action, which decides."""
