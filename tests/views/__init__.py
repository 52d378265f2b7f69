"""What does each page show, refuse and cost?"""
