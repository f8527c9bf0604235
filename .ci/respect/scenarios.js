// The scenarios of a folder, with the ids that our report gives them.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const yaml = require("yaml");

const ENDING = ".arazzo.yaml";

/** Returns every scenario below a folder; `wrong` marks those that must fail. */
function read(folder, wrong) {
  const names = fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ENDING));
  if (names.length === 0) throw new Error(`no scenario file below ${folder}`);
  return names.sort().flatMap((name) => {
    const file = path.join(folder, name);
    const subject = name.slice(0, -ENDING.length).split(path.sep).join(".");
    const { workflows } = yaml.parse(fs.readFileSync(file, "utf8"));
    return workflows
      .filter((workflow) => workflow["x-clauses"])
      .map((workflow) => ({
        id: `${subject}.${kebab(workflow.workflowId)}`,
        file,
        workflow: workflow.workflowId,
        readings: workflow["x-readings"],
        wrong,
      }));
  });
}

function kebab(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

module.exports = { read };
