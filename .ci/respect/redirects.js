// Loaded into the other engine before it starts. It would follow redirects, and then nobody could say where one leads.
"use strict";

const { fetch } = globalThis;

globalThis.fetch = (resource, options) => fetch(resource, { ...options, redirect: "manual" });
