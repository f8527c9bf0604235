"""PyPI Authlib: discovery, PKCE, ID token by JWK, userinfo, refresh, introspection, revocation; as a public client and as one
with a secret."""

import os
import pathlib
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the server is reached over loopback
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from sign_in import sign_in

ISSUER = os.environ["CLIENT_ISSUER"]
REDIRECT_URI = os.environ["CLIENT_REDIRECT_URI"]
USER = os.environ["CLIENT_USER"], os.environ["CLIENT_PASSWORD"]


def use(client_id, secret, method):
    provider = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()
    assert provider["issuer"] == ISSUER
    client = OAuth2Session(client_id, secret, scope="openid profile email", redirect_uri=REDIRECT_URI,
                           code_challenge_method="S256", token_endpoint_auth_method=method,
                           revocation_endpoint_auth_method=method, default_timeout=10)
    verifier, nonce = generate_token(48), generate_token(20)
    address, state = client.create_authorization_url(
        provider["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
    back = sign_in(address, REDIRECT_URI, USER, browser())
    tokens = client.fetch_token(
        provider["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier)
    claims = verified(tokens, provider, client_id, nonce)

    userinfo = client.get(provider["userinfo_endpoint"]).json()
    assert userinfo["sub"] == claims["sub"] and userinfo["email"] == USER[0], userinfo

    old = dict(tokens)
    new = client.refresh_token(provider["token_endpoint"], refresh_token=old["refresh_token"])
    assert new["access_token"] != old["access_token"]
    assert verified(new, provider, client_id, None)["sub"] == claims["sub"]
    assert client.get(provider["userinfo_endpoint"]).status_code == 200

    if secret:
        seen = client.introspect_token(provider["introspection_endpoint"], new["access_token"]).json()
        assert seen["active"] is True and seen["client_id"] == client_id, seen
    for token in (new["access_token"], new["refresh_token"]):
        answer = client.revoke_token(provider["revocation_endpoint"], token)
        assert answer.status_code == 200, answer.text
    assert client.get(provider["userinfo_endpoint"]).status_code == 401
    try:
        client.refresh_token(provider["token_endpoint"], refresh_token=new["refresh_token"])
    except OAuthError as refusal:
        assert refusal.error == "invalid_grant", refusal
    else:
        raise AssertionError("a revoked refresh token still works")


def verified(tokens, provider, client_id, nonce):
    """Returns the claims of an ID token, after everything that a client has to look at."""
    keys = KeySet.import_key_set(requests.get(provider["jwks_uri"], timeout=10).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=provider["id_token_signing_alg_values_supported"])
    required = {"iss": {"essential": True, "value": ISSUER}, "aud": {"essential": True, "value": client_id}}
    parameters = {"client_id": client_id, "access_token": tokens["access_token"]}
    if nonce:
        parameters["nonce"] = nonce
    claims = CodeIDToken(token.claims, token.header, required, parameters)
    claims.validate()
    return claims


def browser():
    session = requests.Session()

    def send(address, form):
        method = "POST" if form else "GET"
        answer = session.request(method, address, data=form, allow_redirects=False, timeout=10)
        return answer.headers.get("location"), answer.text

    return send


use(os.environ["CLIENT_PUBLIC"], None, "none")
use(os.environ["CLIENT_CONFIDENTIAL"], os.environ["CLIENT_SECRET"], "client_secret_basic")
use(os.environ["CLIENT_CONFIDENTIAL"], os.environ["CLIENT_SECRET"], "client_secret_post")
