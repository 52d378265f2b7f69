"""What people type in, checked: forms name their fields as the actions do, and never save."""
