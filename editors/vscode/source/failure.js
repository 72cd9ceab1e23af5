// What to tell the user when the server does not run.
"use strict";

const INSTALLATION = "pip install 'ckptlint[server]'";

/** The exit code of a call that ckptlint refuses; to make it again would be of no use. */
const REFUSED = 2;

/**
 * Explain why the server has ended.
 *
 * @param {string} command the program that was started
 * @param {number | null} exitCode null where a signal ended it
 * @param {string} complaint the end of what it wrote to stderr
 * @returns {{message: string, installation: string | null}} in one line, and the command that
 *   would install what is missing
 */
function explain(command, exitCode, complaint) {
  const text = complaint.trim();
  if (/No module named '?ckptlint/.test(text)) {
    return { message: `${command} has no ckptlint.`, installation: withInterpreter(command) };
  }
  if (/unknown option: -P/i.test(text)) {
    return { message: `${command} is older than Python 3.11.`, installation: null };
  }
  if (exitCode === REFUSED && text !== "") {
    const paragraph = text.split(/\n\s*\n/)[0].replace(/\s+/g, " ");
    const message = `ckptlint: ${paragraph.replace(/^error: /, "")}`;
    const offered = /`(pip install [^`]+)`/.exec(text);
    return { message, installation: offered && offered[1] };
  }
  const how = exitCode === null ? "was ended by a signal" : `ended with exit code ${exitCode}`;
  return { message: `${command} ${how}.`, installation: null };
}

/** @param {string} interpreter */
function withInterpreter(interpreter) {
  const quoted = /\s/.test(interpreter) ? `"${interpreter}"` : interpreter;
  return `${quoted} -m ${INSTALLATION}`;
}

module.exports = { INSTALLATION, REFUSED, explain };
