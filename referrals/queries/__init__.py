"""The pages that join rooms: each a fixed number of queries, whatever the number of rows."""
