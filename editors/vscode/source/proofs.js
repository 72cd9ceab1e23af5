// A proof runs the code of the workspace, so there is none in a workspace that is not trusted.
"use strict";

const PROVE = "ckptlint.proveFix";

/**
 * Keep what runs the workspace's code away from where it must not be run.
 *
 * @param {{isTrusted: boolean}} workspace
 * @param {(message: string) => void} warn
 */
function proofsIfTrusted(workspace, warn) {
  return {
    async provideCodeActions(document, range, context, token, next) {
      const actions = await next(document, range, context, token);
      if (workspace.isTrusted) {
        return actions;
      }
      return actions?.filter((action) => action.command?.command !== PROVE);
    },
    executeCommand(command, words, next) {
      if (command === PROVE && !workspace.isTrusted) {
        warn("A proof runs the code of the workspace, and this workspace is not trusted.");
        return undefined;
      }
      return next(command, words);
    },
  };
}

module.exports = { proofsIfTrusted };
