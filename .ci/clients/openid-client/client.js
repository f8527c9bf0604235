// npm openid-client: discovery, PKCE, ID token by JWK, userinfo, refresh, introspection, revocation; as a public client and as
// one with a secret.
import assert from "node:assert/strict";

import * as oidc from "openid-client";

import { signIn } from "./browser.js";

const { CLIENT_ISSUER, CLIENT_PUBLIC, CLIENT_CONFIDENTIAL, CLIENT_SECRET, CLIENT_REDIRECT_URI, CLIENT_USER, CLIENT_PASSWORD } = process.env;
const USER = { name: CLIENT_USER, password: CLIENT_PASSWORD };

async function use(id, authentication, hasSecret = true) {
  // Signatures of ID tokens are verified only when that is asked for: over TLS the channel vouches for them.
  const execute = [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks];
  const config = await oidc.discovery(new URL(CLIENT_ISSUER), id, undefined, authentication, { execute });
  assert.equal(config.serverMetadata().issuer, CLIENT_ISSUER);

  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CLIENT_REDIRECT_URI,
    scope: "openid profile email",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  const back = await signIn(address, CLIENT_REDIRECT_URI, USER);
  const tokens = await oidc.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const { sub, aud } = tokens.claims();
  assert.ok([aud].flat().includes(id));

  const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(userinfo.email, CLIENT_USER);
  assert.equal(userinfo.given_name, "Mira");

  await assert.rejects(
    oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce }),
    { error: "invalid_grant" },
  );

  // The second exchange of a code ends what came of the first: sign in once more.
  const again = await grant(config);
  const refreshed = await oidc.refreshTokenGrant(config, again.refresh_token);
  assert.notEqual(refreshed.access_token, again.access_token);
  assert.equal(refreshed.claims().sub, sub);
  assert.equal((await oidc.fetchUserInfo(config, refreshed.access_token, sub)).sub, sub);

  if (hasSecret) await introspect(config, refreshed, id);
  await oidc.tokenRevocation(config, refreshed.access_token);
  await assert.rejects(oidc.fetchUserInfo(config, refreshed.access_token, sub), { status: 401 });
  if (hasSecret) assert.equal((await oidc.tokenIntrospection(config, refreshed.access_token)).active, false);
  await oidc.tokenRevocation(config, refreshed.refresh_token);
  await assert.rejects(oidc.refreshTokenGrant(config, refreshed.refresh_token), { error: "invalid_grant" });
}

async function grant(config) {
  const verifier = oidc.randomPKCECodeVerifier();
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CLIENT_REDIRECT_URI,
    scope: "openid",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const back = await signIn(address, CLIENT_REDIRECT_URI, USER);
  return oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier });
}

async function introspect(config, tokens, id) {
  const seen = await oidc.tokenIntrospection(config, tokens.access_token);
  assert.equal(seen.active, true);
  assert.equal(seen.client_id, id);
}

await use(CLIENT_PUBLIC, oidc.None(), false);
await use(CLIENT_CONFIDENTIAL, oidc.ClientSecretBasic(CLIENT_SECRET));
await use(CLIENT_CONFIDENTIAL, oidc.ClientSecretPost(CLIENT_SECRET));
