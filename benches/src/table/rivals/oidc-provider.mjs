// npm oidc-provider with one client that may ask for tokens of its own.
import { createServer } from "node:http";

import Provider from "oidc-provider";

const provider = new Provider("http://127.0.0.1", {
  clients: [{
    client_id: "6d1f0b8a-7c11-4c39-9a51-00000000a001",
    client_secret: "a-secret-of-the-benches",
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
  }],
  features: { clientCredentials: { enabled: true } },
  ttl: { ClientCredentials: 3600 },
});
const server = createServer(provider.callback());
server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
