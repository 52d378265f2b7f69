"""Is this identifier one that could have been issued?"""

_PREFIX = "80840"  # health applications (80) in the United States (840), ISO/IEC 7812


def npi_is_valid(npi: str) -> bool:
    """Whether `npi` is ten digits, begins with 1 or 2, and has the right check digit.

    It says nothing about whether the number belongs to anyone. Never raises for a string.
    Source: the NPI standard of CMS, Luhn's check digit over the number with 80840 before it.
    """
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()) or npi[0] not in "12":
        return False
    total = 0
    for place, digit in enumerate(reversed(_PREFIX + npi)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
