"""People who sign in, so that there are sessions and tokens of users to work on."""

import base64
import hashlib
import html
import json
import re
import secrets
import urllib.error
import urllib.parse
import urllib.request

# The demo tenant's; public, as the README prints them.
PUBLIC_CLIENT_ID = "6d1f0b8a-7c11-4c39-9a51-000000000002"
REDIRECT_URI = "http://localhost:8080/callback"
SIGNED_OUT_URI = "http://localhost:8080/signed-out"

CALL_LIMIT_SECONDS = 30


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: nobody listens where the last one leads."""

    def redirect_request(self, *_):
        return None


def register(server, name):
    """Makes an account of that name, whose owner is then signed in, and returns the access token and the claims of the ID token."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(), _Stay)
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    request = {
        "client_id": PUBLIC_CLIENT_ID, "response_type": "code", "redirect_uri": REDIRECT_URI, "scope": "openid profile email",
        "code_challenge": _text(digest), "code_challenge_method": "S256",
    }
    page = f"{server.url}/{server.customer}/auth-ui/register?{urllib.parse.urlencode(request)}"
    with browser.open(page, timeout=CALL_LIMIT_SECONDS) as shown:
        token = re.search(r'name="_csrf_token" value="([^"]*)"', shown.read().decode())
    form = {"email": f"{name}@example.com", "password": secrets.token_urlsafe(16), "_csrf_token": html.unescape(token[1])}
    location = _redirect(browser, page, form)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)["code"][0]
    exchange = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI,
                "client_id": PUBLIC_CLIENT_ID, "code_verifier": verifier}
    tokens = server.post("login/token", urllib.parse.urlencode(exchange).encode(), {})
    claims = tokens["id_token"].split(".")[1]
    return tokens["access_token"], json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))


def _redirect(browser, page, form):
    try:
        with browser.open(page, urllib.parse.urlencode(form).encode(), timeout=CALL_LIMIT_SECONDS) as answer:
            raise SystemExit(f"registration: {answer.status} where a redirect was due")
    except urllib.error.HTTPError as answer:
        if answer.code not in (302, 303):
            raise SystemExit(f"registration: {answer.code} {answer.read().decode(errors='replace')[:500]}") from None
        return answer.headers["location"]


def _text(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
