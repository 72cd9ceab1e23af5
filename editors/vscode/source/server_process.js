// One run of the server: its process, how it ended, and what it complained of.
"use strict";

const { spawn } = require("node:child_process");

/** How much of what the server writes to stderr is kept to explain its end, in characters. */
const KEPT = 4000;

class ServerProcess {
  /**
   * @param {import("./discovery").Server} server
   * @param {string | undefined} folder the folder to start it in
   */
  constructor(server, folder) {
    this.server = server;
    this.folder = folder;
    this.complaint = "";
    /** @type {Promise<number | null>} the exit code, or null where a signal ended it */
    this.ended = Promise.resolve(null);
  }

  /**
   * Start it.
   *
   * @returns {Promise<import("node:child_process").ChildProcess>}
   */
  start() {
    return new Promise((resolve, reject) => {
      const { command, arguments: words } = this.server;
      const child = spawn(command, words, { cwd: this.folder });
      this.complaint = "";
      this.ended = new Promise((end) => {
        child.once("close", (exitCode) => end(exitCode));
      });
      child.stderr.setEncoding("utf8");
      child.stderr.on("data", (text) => {
        this.complaint = (this.complaint + text).slice(-KEPT);
      });
      child.once("spawn", () => resolve(child));
      child.once("error", reject);
    });
  }
}

module.exports = { ServerProcess };
