"""Who gets what from the addresses of the end of therapy? Rows of the access matrix."""

TABLE = """

"""
