// The two engines that play scenario files: ours behind `proofhouse check`, and `respect` of @redocly/cli.
"use strict";

const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const CLI = path.join(__dirname, "node_modules", "@redocly", "cli", "bin", "cli.js");
const REDIRECTS = pathToFileURL(path.join(__dirname, "redirects.mjs"));
const LIMIT_MS = 300_000;

/** Has `proofhouse check` judge the server and returns its verdicts by check id. */
async function judge(binary, server, own, scratch) {
  const file = path.join(scratch, "ours.json");
  const { status, output } = await run(
    binary,
    ["check", "--url", server.url, "--customer", server.customer, "--scenarios", own, "--report", `json=${file}`],
    {
      PROOFHOUSE_CLIENT_ID: server.client.id,
      PROOFHOUSE_CLIENT_SECRET: server.client.secret,
      PROOFHOUSE_PUBLIC_CLIENT_ID: server.public.id,
      PROOFHOUSE_CONFIDENTIAL_CLIENT_ID: server.confidential.id,
      PROOFHOUSE_CONFIDENTIAL_CLIENT_SECRET: server.confidential.secret,
    },
  );
  // 1: a clause is violated, as the wrong scenarios mean it to be.
  if (status !== 0 && status !== 1) throw new Error(`proofhouse check ended with status ${status}\n${output}`);
  const { checks } = JSON.parse(fs.readFileSync(file, "utf8"));
  return new Map(checks.map((check) => [check.id, check.verdict]));
}

/** Has `respect` play the scenarios, a process a file, and returns its verdicts by check id. */
async function respect(scenarios, server, scratch) {
  const files = [...grouped(scenarios)];
  const verdicts = new Map();
  const work = async () => {
    for (let next = files.shift(); next; next = files.shift()) {
      const [file, ofFile] = next;
      for (const [id, verdict] of await play(file, ofFile, server, scratch)) verdicts.set(id, verdict);
    }
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, work));
  return verdicts;
}

function grouped(scenarios) {
  const groups = new Map();
  for (const scenario of scenarios) groups.set(scenario.file, [...(groups.get(scenario.file) ?? []), scenario]);
  return groups;
}

async function play(file, scenarios, server, scratch) {
  const log = path.join(scratch, `${path.basename(file)}.json`);
  const inputs = {
    customer: server.customer,
    client_id: server.client.id,
    client_secret: server.client.secret,
    client_basic: basic(server.client),
    login_id: server.public.id,
    login_redirect_uri: server.redirectUri,
    public_id: server.public.id,
    public_redirect_uri: server.redirectUri,
    confidential_id: server.confidential.id,
    confidential_secret: server.confidential.secret,
    confidential_basic: basic(server.confidential),
    confidential_redirect_uri: server.redirectUri,
    endpoint: "https://1.1.1.1/proofhouse",
    prefix: `proofhouse-respect-${process.pid}`,
  };
  const { status, output } = await run(
    process.execPath,
    // Only the scenarios: building blocks are for them to call.
    [CLI, "respect", file, "--workflow", scenarios.map((one) => one.workflow).join(","), "--server", `identity=${server.url}`,
      "--input", JSON.stringify(inputs), "--json-output", log],
    { NODE_OPTIONS: `--import=${REDIRECTS}`, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" },
  );
  if (!fs.existsSync(log)) throw new Error(`respect did not play ${file} (status ${status})\n${output}`);
  const [played] = Object.values(JSON.parse(fs.readFileSync(log, "utf8")).files);
  const verdicts = new Map();
  for (const executed of played.executedWorkflows) {
    const scenario = scenarios.find((one) => one.workflow === executed.workflowId);
    if (scenario) verdicts.set(scenario.id, verdict(executed));
  }
  const failed = [...verdicts.values()].some((one) => one !== "pass");
  if ((status !== 0) !== failed) throw new Error(`respect ended with status ${status} against its own log, ${file}\n${output}`);
  return verdicts;
}

/** Returns credentials as the value of an `Authorization` header. */
function basic(client) {
  return `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`;
}

/** Returns what a played workflow comes to; one without a request has observed nothing. */
function verdict(workflow) {
  const steps = requests(workflow);
  if (steps.length === 0) return "broken";
  const checks = steps.flatMap((step) => step.checks ?? []);
  return checks.length > 0 && checks.every((check) => check.passed) ? "pass" : "fail";
}

function requests(step) {
  return step.type === "workflow" ? step.executedSteps.flatMap(requests) : [step];
}

function run(command, args, environment) {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...environment }, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") return reject(error);
      resolve({ status: error ? error.code : 0, output: `${stdout}${stderr}`.slice(-4000) });
    });
  });
}

module.exports = { judge, respect };
