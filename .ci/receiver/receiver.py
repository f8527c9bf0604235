"""A receiver of security event tokens over HTTP (RFC 8417, RFC 8935) that leaves all cryptography to PyPI PyJWT."""

import json
import queue
import threading
import uuid

import jwt

from listener import Handler, Listener

TYPES = {"entityCreated", "entityUpdated", "entityDeleted"}
# What nobody sends is waited for no longer.
ARRIVAL_LIMIT_SECONDS = 20
KEYS_LIMIT_SECONDS = 10


class Refused(Exception):
    """What is wrong with a token."""


class Verifier:
    """Knows whose tokens are believed."""

    def __init__(self, base, customer):
        self.base, self.issuer = base, f"{base}/{customer}/webhooks"
        self.keys = {}

    def claims(self, token, audience):
        """Returns what a token claims, whose every part has been looked at."""
        try:
            header = jwt.get_unverified_header(token)
            demand(header.get("typ") == "secevent+jwt", "typ", header)
            demand(header.get("alg") == "RS256", "alg", header)
            # Keys are fetched from nobody but the server, whoever says that they are elsewhere.
            demand(str(header.get("jku")).startswith(f"{self.base}/"), "jku", header)
            demand("kid" in header, "kid", header)
            key = self.key(header["jku"], header["kid"])
            claims = jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=self.issuer,
                                options={"require": ["iss", "iat", "jti", "aud", "toe", "events"]})
        except jwt.PyJWTError as error:
            raise Refused(type(error).__name__) from error
        demand("exp" not in claims and "sub" not in claims, "exp", claims)
        demand(isinstance(claims["events"], dict) and len(claims["events"]) == 1, "events", claims)
        [(kind, event)] = claims["events"].items()
        demand(kind in TYPES, "events", kind)
        for id in (claims["jti"], event["id"], event["sub"]):
            demand(str(uuid.UUID(id)) == id, "ids", id)
        demand(claims["jti"] != event["id"], "jti", claims)
        demand(event["globalSub"].endswith(event["sub"]) and event["entityType"] == "user", "events", event)
        demand(("attributes" in event) == (kind == "entityUpdated"), "attributes", event)
        return claims

    def key(self, place, kid):
        """Returns a key of the set there, which is fetched when it is new, or does not have the key."""
        if place not in self.keys:
            self.keys[place] = jwt.PyJWKClient(place, timeout=KEYS_LIMIT_SECONDS)
        return self.keys[place].get_signing_key(kid)


def demand(is_so, what, seen):
    if not is_so:
        raise Refused(f"{what}: {seen}")


class Receiver(Listener):
    """Each path is a listener of its own, which takes one `jti` once."""

    def __init__(self, verifier):
        super().__init__(_Handler)
        self.verifier, self.lock = verifier, threading.Lock()
        self.arrived, self.taken = {}, set()

    def box(self, path):
        """Returns what arrives at a path."""
        with self.lock:
            return self.arrived.setdefault(path, queue.Queue())

    def next(self, path):
        """Waits for the next token that arrives, and returns it with its claims, or why it was refused."""
        return self.box(path).get(timeout=ARRIVAL_LIMIT_SECONDS)

    def seen(self, path, token):
        """Returns the claims of a token, or why it is refused."""
        try:
            return self.verifier.claims(token, self.endpoint(path))
        except Refused as refusal:
            return refusal
        except Exception as error:  # whatever it stumbles over is no reason to believe a token
            return Refused(f"{type(error).__name__}: {error}")

    def keep(self, path, token, seen):
        """Keeps what arrived, unless it was taken before."""
        if isinstance(seen, dict):
            with self.lock:
                if (path, seen["jti"]) in self.taken:
                    return
                self.taken.add((path, seen["jti"]))
        self.box(path).put((token, seen))


class _Handler(Handler):
    def do_POST(self):
        token = self.body().decode()
        seen = Refused("content-type")
        if self.headers["content-type"] == "application/secevent+jwt":
            seen = self.server.seen(self.path, token)
        body = b""
        if isinstance(seen, Refused):
            body = json.dumps({"err": "invalid_request", "description": str(seen)}).encode()
        self.send_response(400 if body else 202)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        # Answered first: whoever hears of it may well end the delivery.
        self.server.keep(self.path, token, seen)
