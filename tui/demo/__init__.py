"""A made-up company with its transcoding orders, and an HTTP server that shows them.

It speaks the service's HTTP and nothing else: no other room of the program is imported here.
"""
