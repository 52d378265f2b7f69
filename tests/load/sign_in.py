"""Which session belongs to whom? Makes one for each address given and says them in order, for a trial."""

import json
import sys

import django


def signed_in(email: str) -> str:
    from django.test import Client

    from referrals.models import User

    visitor = Client()
    visitor.force_login(User.objects.get(email=email))
    return visitor.cookies["sessionid"].value


if __name__ == "__main__":
    django.setup()
    json.dump([signed_in(email) for email in sys.argv[1:]], sys.stdout)
