"""Does the code keep the rules of the house? Each rule is a function, and each is seen to fail."""
