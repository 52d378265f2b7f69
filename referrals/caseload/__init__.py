"""A caseload as somebody else keeps it: how its spreadsheet is read, column by column and row by row."""
