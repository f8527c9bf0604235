// npm oauth2-mock-server, on a free port. It takes any client, asks nobody to sign in, and has one user.
import { OAuth2Server } from "oauth2-mock-server";

const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");
await server.start(0, "127.0.0.1");
// It would call itself `localhost`, which may mean another address family than the one it listens on.
server.issuer.url = `http://127.0.0.1:${server.address().port}`;
console.log(`listening on ${server.issuer.url}`);
