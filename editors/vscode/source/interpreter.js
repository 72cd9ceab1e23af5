// The interpreter that the Python extension has selected, where that extension is installed.
"use strict";

const vscode = require("vscode");

/** @returns {Promise<any>} what the Python extension offers to others, or undefined */
async function environments() {
  const extension = vscode.extensions.getExtension("ms-python.python");
  if (extension === undefined) {
    return undefined;
  }
  const offered = extension.isActive ? extension.exports : await extension.activate();
  return offered?.environments;
}

/**
 * @param {any} offered what `environments` gave
 * @param {import("vscode").Uri | undefined} folder
 * @returns {Promise<string | null>}
 */
async function selectedInterpreter(offered, folder) {
  if (offered === undefined) {
    return null;
  }
  const environment = await offered.resolveEnvironment(offered.getActiveEnvironmentPath(folder));
  return environment?.executable?.uri?.fsPath ?? null;
}

module.exports = { environments, selectedInterpreter };
