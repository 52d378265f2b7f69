"""The one way to write: each action is atomic, keyword-only, told `by` whom and `at` what time."""
