"""PyPI oidc-provider-mock, on a free port, with two clients that it knows and no others."""

import logging
import os

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it is reached over loopback

import oidc_provider_mock
import werkzeug.serving
from oidc_provider_mock._storage import Client, Storage

KNOWN = {
    os.environ["FOREIGN_PUBLIC_CLIENT"]: ("", "none"),
    os.environ["FOREIGN_CONFIDENTIAL_CLIENT"]: (os.environ["FOREIGN_SECRET"], "client_secret_basic"),
}


class WithClients(Storage):
    """Registration over HTTP makes up the ids; a description of a target wants them before it starts."""

    def __init__(self):
        super().__init__()
        for id, (secret, method) in KNOWN.items():
            self.store_client(Client(id=id, secret=secret, redirect_uris=[os.environ["FOREIGN_REDIRECT_URI"]],
                                     allowed_scopes=Client.SCOPES_SUPPORTED, token_endpoint_auth_method=method))


oidc_provider_mock._app.Storage = WithClients
logging.getLogger("werkzeug").setLevel(logging.ERROR)
user = oidc_provider_mock.User(sub=os.environ["FOREIGN_USER"],
                               claims={"email": os.environ["FOREIGN_USER"], "name": "Mira Lind"})
app = oidc_provider_mock.app(require_client_registration=True, user_claims=[user])
server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
