"""Reports: where approvals get stuck, what is overdue, why things come back, what passed by rule."""
