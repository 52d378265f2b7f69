"""What does paediatric occupational therapy know and calculate? (pure Python, no Django)"""
