"""What does each printed document say? No HTTP and no layout: the page, the print and the PDF say the same."""
