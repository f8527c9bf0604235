// npm oidc-provider, on a free port, with what a cautious operator switches on.
import { createServer } from "node:http";

import Provider from "oidc-provider";

import { signIn } from "./sign-in.js";

const { FOREIGN_REDIRECT_URI, FOREIGN_SECRET, FOREIGN_USER, FOREIGN_PASSWORD } = process.env;

const HOUR = 3600;

function client(members) {
  return {
    // Of a web application it would not take an `http` redirect URI for the response types with an ID token.
    application_type: "native",
    redirect_uris: [FOREIGN_REDIRECT_URI],
    grant_types: ["authorization_code", "refresh_token", "implicit"],
    response_types: ["code", "code id_token", "id_token"],
    ...members,
  };
}

const configuration = {
  clients: [
    client({ client_id: process.env.FOREIGN_PUBLIC_CLIENT, token_endpoint_auth_method: "none" }),
    client({ client_id: process.env.FOREIGN_CONFIDENTIAL_CLIENT, client_secret: FOREIGN_SECRET }),
  ],
  responseTypes: ["code", "code id_token", "id_token"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  features: {
    devInteractions: { enabled: false },
    introspection: {
      enabled: true,
      // A client may look only at its own tokens.
      allowedPolicy: (_context, of, token) => of.clientId === token.clientId,
    },
    revocation: { enabled: true, allowedPolicy: (_context, of, token) => of.clientId === token.clientId },
    rpInitiatedLogout: { enabled: true },
  },
  // A form that another site posts to the authorization endpoint must find the session.
  enableHttpPostMethods: true,
  cookies: { keys: ["keys of a server that lives as long as one run"], long: { sameSite: "none" } },
  allowOmittingSingleRegisteredRedirectUri: false,
  ttl: {
    AccessToken: HOUR, AuthorizationCode: 60, Grant: HOUR, IdToken: HOUR, Interaction: HOUR, RefreshToken: HOUR, Session: HOUR,
  },
  // Whoever may refresh gets a new refresh token each time.
  rotateRefreshToken: true,
  interactions: { url: (_context, interaction) => `/sign-in/${interaction.uid}` },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: FOREIGN_USER, email_verified: true, name: "Mira Lind" }),
  }),
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  const answer = provider.callback();
  server.on("request", (request, response) =>
    request.url.startsWith("/sign-in/")
      ? signIn(provider, { name: FOREIGN_USER, password: FOREIGN_PASSWORD }, request, response)
      : answer(request, response),
  );
  console.log(`listening on ${issuer}`);
});
