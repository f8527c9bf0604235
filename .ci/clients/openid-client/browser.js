// What a user's browser does at the sign-in page: keeps cookies, fills the form in, and stops at the redirect URI.

const HOPS = 10;

/** Signs in, and returns the address at the redirect URI. */
export async function signIn(address, redirectUri, user) {
  const cookies = new Map();
  let request = { address: address.href, body: undefined };
  for (let hop = 0; hop < HOPS; hop++) {
    const answer = await fetch(request.address, {
      method: request.body ? "POST" : "GET",
      body: request.body,
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location) {
      const next = new URL(location, request.address);
      if (next.href.startsWith(redirectUri)) return next;
      request = { address: next.href };
    } else {
      request = filledIn(await answer.text(), request.address, user);
    }
  }
  throw new Error(`after ${HOPS} steps still not at the redirect URI`);
}

function filledIn(page, address, user) {
  const form = /<form[^>]*>(?:(?!<\/form>).)*type="password".*?<\/form>/s.exec(page)?.[0];
  if (!form) throw new Error(`no sign-in form at ${address}: ${page.slice(0, 500)}`);
  const action = /action="([^"]*)"/.exec(form)?.[1].replace(/&(amp|#38);/g, "&") ?? "";
  const token = /name="_csrf_token" value="([^"]*)"/.exec(form)[1];
  const body = new URLSearchParams({ _csrf_token: token, email: user.name, password: user.password });
  return { address: new URL(action || address, address).href, body };
}
