// The reference server, on a free port, for as long as it is needed.
"use strict";

const { spawn } = require("node:child_process");

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;

// The demo tenant's; public, as the README prints them.
const CLIENT = { id: "6d1f0b8a-7c11-4c39-9a51-000000000001", secret: "demo-configuration-secret" };
const PUBLIC = { id: "6d1f0b8a-7c11-4c39-9a51-000000000002" };
const CONFIDENTIAL = { id: "6d1f0b8a-7c11-4c39-9a51-000000000003", secret: "demo-confidential-secret" };
const REDIRECT_URI = "http://localhost:8080/callback";

/** Starts the server and returns where it listens, for whom, and how to stop it. */
async function start(binary) {
  const child = spawn(binary, ["serve", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const [, url, customer] = await listening(child);
  return {
    url,
    customer,
    client: CLIENT,
    public: PUBLIC,
    confidential: CONFIDENTIAL,
    redirectUri: REDIRECT_URI,
    stop: () => stop(child, ended),
  };
}

function listening(child) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => fail(new Error("the server does not say that it listens")), START_LIMIT_MS);
    const fail = (error) => {
      clearTimeout(late);
      child.kill("SIGKILL");
      reject(error);
    };
    let said = "";
    child.once("error", fail);
    child.once("exit", (code) => fail(new Error(`the server ended with status ${code} before it listened`)));
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const found = /^listening on (\S+) customer (\S+)/m.exec(said);
      if (!found) return;
      clearTimeout(late);
      child.removeAllListeners("exit");
      resolve(found);
    });
  });
}

async function stop(child, ended) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(late);
}

module.exports = { start };
