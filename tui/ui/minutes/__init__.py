"""The minutes that the company has consumed, and what this month will come to."""
