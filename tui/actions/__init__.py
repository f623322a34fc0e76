"""Acts on orders: the plan of an action, the guards, and its run with a journal."""
