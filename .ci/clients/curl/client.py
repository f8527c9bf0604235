"""curl, with the sample commands of the documentation: host and ids are replaced, and what a page breaks is put together again.

A sample that cannot work as it is printed is mended, and a comment says how.
"""

import base64
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from sign_in import sign_in

ISSUER = os.environ["CLIENT_ISSUER"]
CUSTOMER = ISSUER.removesuffix("/login")
PUBLIC, CONFIDENTIAL = os.environ["CLIENT_PUBLIC"], os.environ["CLIENT_CONFIDENTIAL"]
SECRET = os.environ["CLIENT_SECRET"]
REDIRECT_URI = os.environ["CLIENT_REDIRECT_URI"]
USER = os.environ["CLIENT_USER"], os.environ["CLIENT_PASSWORD"]
ENCODED = urllib.parse.quote(REDIRECT_URI, safe="")
# What a verifier becomes is printed beside the PKCE sample: base64url of its digest in upper-case hexadecimal digits.
VERIFIER = "AdleUo9ZVcn0J7HkXOdzeqN6pWrW36K3JgVRwMW8BBQazEPV3kFnHyWIZi2jt9gA"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).hexdigest().upper().encode()).decode().rstrip("=")


def curl(*arguments):
    """Returns the status, the `Location` and the body of one command."""
    shown = ["--silent", "--show-error", "--max-time", "10", "--write-out", r"\n%{http_code} %header{location}"]
    output = subprocess.run(["curl", *shown, *arguments], capture_output=True, text=True, timeout=20, check=True).stdout
    body, _, last = output.rpartition("\n")
    status, _, location = last.partition(" ")
    return int(status), location, body


def curl_json(*arguments):
    status, _, body = curl(*arguments)
    assert status == 200, f"{status}: {body}"
    return json.loads(body)


def code(*authorize):
    """Returns the code that an authorization request leads to, of which `authorize` is the command."""
    with tempfile.NamedTemporaryFile(prefix="proofhouse-cookies-") as cookies:
        jar = ["--cookie", cookies.name, "--cookie-jar", cookies.name]

        def send(address, form):
            fields = [part for pair in (form or {}).items() for part in ("--data-urlencode", "=".join(pair))]
            # The sample itself goes first; what follows is what a browser does with the answer.
            command = authorize if address == authorize[-1] and not form else (*fields, address)
            _, location, page = curl(*jar, *command)
            return location, page

        back = sign_in(authorize[-1], REDIRECT_URI, USER, send)
    answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
    assert answer["state"] == "dgwt5dbcxja", answer
    return answer["code"]


def discovery():
    provider = curl_json(f"{CUSTOMER}/login/.well-known/openid-configuration")
    assert provider["issuer"] == ISSUER and provider["jwks_uri"] == f"{CUSTOMER}/login/jwk", provider


def keys():
    # Printed as `curl -https://...`, which is an option and no address.
    set = curl_json(f"{CUSTOMER}/login/jwk")
    assert len(set["keys"]) == 3, set
    return {key["kid"]: key for key in set["keys"]}


def authorization_code():
    got = code(
        "-X", "GET",
        f"{CUSTOMER}/login/authorize?client_id={CONFIDENTIAL}&redirect_uri={REDIRECT_URI}"
        "&scope=openid&response_type=code&state=dgwt5dbcxja")
    # The text asks for Basic authentication; the sample has none, being one for PKCE.
    tokens = curl_json(
        "-X", "POST", f"{CUSTOMER}/login/token", "--user", f"{CONFIDENTIAL}:{SECRET}",
        "-H", "Content-Type: application/x-www-form-urlencoded",
        "-d", f"grant_type=authorization_code&code={got}&redirect_uri={ENCODED}")
    return tokens, ["--user", f"{CONFIDENTIAL}:{SECRET}"], ""


def authorization_code_with_pkce():
    got = code(
        f"{CUSTOMER}/login/authorize?client_id={PUBLIC}&redirect_uri={REDIRECT_URI}"
        f"&scope=openid&response_type=code&state=dgwt5dbcxja&code_challenge={CHALLENGE}&code_challenge_method=SHA256")
    # The bearer token of the sample is of no use to anybody. The client says who it is, which the sample forgot.
    tokens = curl_json(
        "-X", "POST", f"{CUSTOMER}/login/token",
        "-H", "Authorization: Bearer RcaWTi0woO52rqZjlbApm2lL3Aokzd1bhCZZajX51aX4IQrH1Uj1D4ks9HfJtxoRI7HCsyNVoc6Qj",
        "-H", "Content-Type: application/x-www-form-urlencoded",
        "-d", f"grant_type=authorization_code&code={got}&redirect_uri={ENCODED}&code_verifier={VERIFIER}&client_id={PUBLIC}")
    return tokens, [], f"&client_id={PUBLIC}"


def use(tokens, credentials, client):
    claims = verified(tokens["id_token"], keys())
    assert claims["iss"] == ISSUER, claims
    userinfo = userinfo_of(tokens["access_token"])
    assert userinfo[0] == 200 and json.loads(userinfo[2])["sub"] == claims["sub"], userinfo

    endpoint = f"{CUSTOMER}/login/token"
    refresh = f"grant_type=refresh_token&refresh_token={{}}&redirect_uri={ENCODED}{client}"
    new = curl_json("-X", "POST", endpoint, *credentials, "-d", refresh.format(tokens["refresh_token"]))
    assert verified(new["id_token"], keys())["sub"] == claims["sub"]
    for token in (new["access_token"], new["refresh_token"]):
        status, _, body = curl("-X", "POST", f"{endpoint}/revoke", *credentials, "-d", f"token={token}{client}")
        assert status == 200, body
    assert userinfo_of(new["access_token"])[0] == 401
    status, _, body = curl("-X", "POST", endpoint, *credentials, "-d", refresh.format(new["refresh_token"]))
    assert status == 400 and json.loads(body)["error"] == "invalid_grant", body


def userinfo_of(token):
    return curl(
        f"{CUSTOMER}/profiles/oidc/userinfo", "-H", f"Authorization: Bearer {token}",
        "-H", "Content-Type: application/x-www-form-urlencoded")


def verified(token, keys):
    """Returns the claims of a token that is signed with one of the keys by RS256 (RFC 8017, section 8.2.2)."""
    header, claims, signature = token.split(".")
    key = keys[json.loads(decoded(header))["kid"]]
    modulus, exponent = (int.from_bytes(decoded(key[part]), "big") for part in ("n", "e"))
    digest = hashlib.sha256(f"{header}.{claims}".encode()).digest()
    size = (modulus.bit_length() + 7) // 8
    information = bytes.fromhex("3031300d060960864801650304020105000420") + digest
    expected = b"\x00\x01".ljust(size - len(information) - 1, b"\xff") + b"\x00" + information
    actual = pow(int.from_bytes(decoded(signature), "big"), exponent, modulus).to_bytes(size, "big")
    assert actual == expected, "the signature is not that of the key"
    return json.loads(decoded(claims))


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


discovery()
use(*authorization_code())
use(*authorization_code_with_pkce())
