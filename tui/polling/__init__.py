"""When to ask for what: the polling policy, pure, and the one loop that follows it."""
