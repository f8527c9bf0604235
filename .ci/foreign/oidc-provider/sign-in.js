// The page that asks who is there. Whoever signs in has thereby agreed to what the client asks for.
const BODY_LIMIT = 4096;

const form = (action, objection) => `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in</title></head><body>
<p role="alert">${objection}</p>
<form method="post" action="${action}">
<label>Email <input type="email" name="login" required></label>
<label>Password <input type="password" name="password" required></label>
<button type="submit">Sign in</button>
</form></body></html>`;

/** Shows the form, or takes it and lets the provider go on. */
export async function signIn(provider, user, request, response) {
  try {
    const interaction = await provider.interactionDetails(request, response);
    if (request.method !== "POST") return show(response, 200, interaction, "");
    const given = new URLSearchParams(await body(request));
    if (given.get("login") !== user.name || given.get("password") !== user.password) {
      return show(response, 401, interaction, "This is not right.");
    }
    const result = { login: { accountId: "mira" }, consent: { grantId: await agree(provider, interaction) } };
    return await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  } catch (error) {
    response.writeHead(error.statusCode ?? 500, { "content-type": "text/plain" }).end(`${error.message}\n`);
  }
}

function show(response, status, { uid }, objection) {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  });
  response.end(form(`/sign-in/${uid}`, objection));
}

async function agree(provider, { params }) {
  const grant = new provider.Grant({ accountId: "mira", clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const asked = params.claims ? JSON.parse(params.claims) : {};
  grant.addOIDCClaims([...Object.keys(asked.id_token ?? {}), ...Object.keys(asked.userinfo ?? {})]);
  return grant.save();
}

async function body(request) {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_LIMIT) throw Object.assign(new Error("too long"), { statusCode: 413 });
  }
  return text;
}
