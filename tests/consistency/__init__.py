"""A checker beside a server that misbehaves: is every cell on screen as young as it admits?"""
