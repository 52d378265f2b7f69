"""Who gets what from the addresses of the monitors? Rows of the access matrix: without a token, nobody."""

TABLE = """
metrics                              -         GET   404 404 404 404 404 404 404 404 404 404 404 404 404
metrics                              -         POST  404 404 404 404 404 404 404 404 404 404 404 404 404
"""
