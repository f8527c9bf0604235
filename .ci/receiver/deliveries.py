"""What happens to users arrives at a receiver that trusts nothing but PyJWT; what is wrong with a token, it refuses."""

import base64
import json
import pathlib
import secrets
import sys
import urllib.error
import urllib.request
import uuid

sys.dont_write_bytecode = True  # what follows would leave a cache among the sources
sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent))

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from people import register
from receiver import ARRIVAL_LIMIT_SECONDS, Receiver, Refused, Verifier
from server import Server

# Servers that are wrong on purpose, and what the receiver refuses their tokens for.
FAULTS = {
    "event-tokens-are-jwts": "typ",
    "event-tokens-name-no-keys": "jku",
    "event-tokens-are-of-the-login": "InvalidIssuerError",
    "event-tokens-are-for-everybody": "InvalidAudienceError",
    "event-tokens-have-two-events": "events",
    "event-tokens-expire": "exp",
    "notifications-share-an-id": "jti",
    "notifications-are-signed-by-nobody": "InvalidSignatureError",
}


class Subscription:
    """A subscription while it is entered, with a listener of its own."""

    def __init__(self, server, receiver, name):
        self.server, self.receiver, self.path = server, receiver, f"/{name}"
        self.endpoint = receiver.endpoint(self.path)
        made = server.webhooks("POST", "subscriptions", title=f"Receiver {name}", endpoint=self.endpoint,
                               events=["entityCreated", "entityUpdated", "entityDeleted"])
        self.id = made["id"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Whatever it still had to send is sent no more.
        self.server.webhooks("DELETE", f"subscriptions/{self.id}")

    def takes(self, kind):
        """Waits for a notification of that kind, and returns its token and its event."""
        token, claims = self.receiver.next(self.path)
        assert isinstance(claims, dict), f"refused: {claims}"
        assert list(claims["events"]) == [kind], claims
        assert self.receiver.box(self.path).empty(), "more arrived than happened"
        return token, claims["events"][kind]

    def refuses(self):
        """Waits for a notification that the receiver does not take, and returns why."""
        _, refusal = self.receiver.next(self.path)
        assert isinstance(refusal, Refused), f"taken: {refusal}"
        return str(refusal)


def person():
    return {"uuid": str(uuid.uuid4()), "email": f"{secrets.token_hex(8)}@example.com",
            "password": secrets.token_urlsafe(16), "profile": {"givenName": "Noor"}}


def deliveries(server, receiver):
    """A user is added, changed and removed, and one registers; then the key is another. Returns a token."""
    with Subscription(server, receiver, "deliveries") as subscription:
        user = person()
        server.users("POST", **user)
        token, event = subscription.takes("entityCreated")
        assert event["sub"] == user["uuid"], event

        server.users("PATCH", user["uuid"], profile={"givenName": "Nora", "primaryAddress": {"city": "Lund"}})
        _, event = subscription.takes("entityUpdated")
        assert event["sub"] == user["uuid"], event
        assert sorted(event["attributes"]) == ["givenName", "primaryAddress.city"], event

        server.users("DELETE", user["uuid"])
        _, event = subscription.takes("entityDeleted")
        assert event["sub"] == user["uuid"], event

        _, claims = register(server, "registered")
        _, event = subscription.takes("entityCreated")
        assert event["globalSub"] == claims["global_sub"], (event, claims)

        server.controlled("POST", f"customers/{server.customer}/keys/rotate")
        server.users("POST", **person())
        rotated, _ = subscription.takes("entityCreated")
        old, new = (jwt.get_unverified_header(one)["kid"] for one in (token, rotated))
        assert old != new, "the new key does not sign"
        return token


def forgeries(token):
    """Returns tokens that nobody signed, or somebody else, and what each is refused for."""
    header, payload, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    headers = {name: value for name, value in jwt.get_unverified_header(token).items() if name in ("jku", "kid", "typ")}
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    [(kind, event)] = claims["events"].items()
    other = claims | {"events": {kind: event | {"sub": str(uuid.uuid4())}}}

    def signed(claims, key=stranger, algorithm="RS256", **changes):
        return jwt.encode(claims, key, algorithm=algorithm, headers=headers | changes)

    return {
        "a word of it changed": (f"{header}.{text(other)}.{signature}", "InvalidSignatureError"),
        "without a signature": (f"{header}.{payload}.", "InvalidSignatureError"),
        "signed by a stranger": (signed(claims), "InvalidSignatureError"),
        "signed by a stranger with other keys": (signed(claims, jku="https://example.com/keys"), "jku"),
        "signed with a key that there is not": (signed(claims, kid="0" * 40), "PyJWKClientError"),
        "not signed": (signed(claims, None, "none"), "alg"),
        "signed with a secret": (signed(claims, secrets.token_bytes(32), "HS256"), "alg"),
        "no token": ("nothing", "DecodeError"),
    }


def text(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def post(endpoint, token):
    request = urllib.request.Request(endpoint, data=token.encode(), headers={"content-type": "application/secevent+jwt"})
    try:
        with urllib.request.urlopen(request, timeout=ARRIVAL_LIMIT_SECONDS) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


def refusals(server, receiver, token):
    """Whatever is wrong with a token, it is not taken: whoever posts it, be it the server itself."""
    path = "/deliveries"
    for name, (forged, reason) in forgeries(token).items():
        status = post(receiver.endpoint(path), forged)
        _, refusal = receiver.next(path)
        assert status == 400 and isinstance(refusal, Refused), f"{name}: taken"
        assert str(refusal).startswith(reason), f"{name}: refused for {refusal}"
    # The same token again is acknowledged and no news; at another address it is for somebody else.
    assert post(receiver.endpoint(path), token) == 202
    assert post(receiver.endpoint("/elsewhere"), token) == 400
    _, refusal = receiver.next("/elsewhere")
    assert str(refusal) == "InvalidAudienceError" and receiver.box(path).empty(), refusal

    for fault, reason in FAULTS.items():
        with Subscription(server, receiver, fault) as subscription:
            server.controlled("POST", "faults", fault=fault)
            server.users("POST", **person())
            refusal = subscription.refuses()
            assert refusal.startswith(reason), f"{fault}: refused for {refusal}"
            server.controlled("DELETE", "faults")


def main(binary):
    with Server(binary) as server, Receiver(Verifier(server.url, server.customer)) as receiver:
        token = deliveries(server, receiver)
        refusals(server, receiver, token)
    print(f"PyJWT {jwt.__version__}: 5 notifications taken, {len(forgeries(token))} forgeries and {len(FAULTS)} faults refused")


main(sys.argv[1])
