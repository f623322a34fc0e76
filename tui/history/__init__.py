"""The history of one company's orders: stored changes, and the timings and estimates from them."""
