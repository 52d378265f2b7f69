"""Which session belongs to whom? Makes one for each address given and prints them in order, for a trial."""

import json
import sys

import django

django.setup()

from django.test import Client

from referrals.models import User


def signed_in(email: str) -> str:
    visitor = Client()
    visitor.force_login(User.objects.get(email=email))
    return visitor.cookies["sessionid"].value


if __name__ == "__main__":
    print(json.dumps([signed_in(email) for email in sys.argv[1:]]))
