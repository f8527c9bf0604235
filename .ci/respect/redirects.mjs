// Loaded into the other engine before it starts. It follows redirects, and then nobody can say where one leads; so the one request
// that it makes for a step is changed while it is loaded. The scenario `redirectFollowed` in `wrong/` tells when that fails.
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

const ENGINE = /\/@redocly\/cli\/lib\/chunks\/[^/]+\.js$/;
const REQUEST = /redirect:"follow",(?=signal:AbortSignal\.timeout)/g;

if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!ENGINE.test(url)) return loaded;
  return { ...loaded, source: String(loaded.source).replace(REQUEST, 'redirect:"manual",') };
}
