"""What a user does at the sign-in page, with whatever sends requests."""

import html
import re
import urllib.parse

HOPS = 10


def sign_in(address, redirect_uri, user, send):
    """Returns the address at the redirect URI. `send(address, form)` returns the `Location` and the page, and keeps cookies."""
    form = None
    for _ in range(HOPS):
        location, page = send(address, form)
        if location:
            address, form = urllib.parse.urljoin(address, location), None
            if address.startswith(redirect_uri):
                return address
        else:
            address, form = filled_in(page, address, user)
    raise AssertionError(f"after {HOPS} steps still not at the redirect URI")


def filled_in(page, address, user):
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    form = next((form for form in forms if 'type="password"' in form), None)
    assert form, f"no sign-in form at {address}: {page[:500]}"
    action = re.search(r'action="([^"]*)"', form)
    token = re.search(r'name="_csrf_token" value="([^"]*)"', form)
    address = urllib.parse.urljoin(address, html.unescape(action.group(1)) if action else "")
    return address, {"_csrf_token": token.group(1), "email": user[0], "password": user[1]}
