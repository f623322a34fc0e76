"""Polling: `policy` decides what to request when, `loop` carries it out."""
