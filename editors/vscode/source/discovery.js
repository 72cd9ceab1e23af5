// Which ckptlint to start: a function of what is set and of which files there are.
"use strict";

const nodePath = require("node:path");

/**
 * @typedef {object} Surroundings
 * @property {string} platform as `process.platform`
 * @property {string} home the user's home folder
 * @property {string} searchPath the environment variable PATH
 * @property {boolean} trusted whether programs that lie in the workspace may be started
 * @property {string[]} folders the workspace folders
 * @property {{path: string | null, interpreter: string | null}} settings
 * @property {string | null} selectedInterpreter what the Python extension has selected
 * @property {(path: string) => boolean} isFile
 */

/** @typedef {{command: string, arguments: string[], origin: string}} Server */

/** No ckptlint was found; the message says where one was looked for. */
class NotFound extends Error {}

/** A setting names a program that cannot be started. */
class WrongSetting extends Error {}

/**
 * Find the server to start.
 *
 * What a setting names is started or refused; only without one is anything looked for.
 *
 * @param {Surroundings} surroundings
 * @returns {Server}
 * @throws {NotFound | WrongSetting}
 */
function findServer(surroundings) {
  const { settings } = surroundings;
  if (settings.path) {
    const command = named("ckptlint.path", settings.path, surroundings);
    return { command, arguments: ["server"], origin: "ckptlint.path" };
  }
  if (settings.interpreter) {
    const command = named("ckptlint.interpreter", settings.interpreter, surroundings);
    return {
      command,
      // -P: the folder that the editor is in is no place to import ckptlint from.
      arguments: ["-P", "-m", "ckptlint", "server"],
      origin: "ckptlint.interpreter",
    };
  }
  const places = searched(surroundings);
  for (const { programs, origin } of places) {
    const command = programs.find(surroundings.isFile);
    if (command !== undefined) {
      return { command, arguments: ["server"], origin };
    }
  }
  throw new NotFound(`ckptlint was not found in ${places.map((place) => place.origin).join(", ")}.`);
}

/** @param {Surroundings} surroundings */
function searched(surroundings) {
  const { platform, trusted, folders, selectedInterpreter, searchPath } = surroundings;
  const path = flavour(platform);
  const program = platform === "win32" ? "ckptlint.exe" : "ckptlint";
  const scripts = platform === "win32" ? "Scripts" : "bin";
  const places = [];
  if (trusted && selectedInterpreter) {
    const folder = path.dirname(selectedInterpreter);
    // In a conda environment on Windows, python.exe lies one folder above the scripts.
    const programs = [path.join(folder, program), path.join(folder, scripts, program)];
    places.push({ programs, origin: "the selected Python environment" });
  }
  if (trusted && folders.length > 0) {
    const programs = folders.map((folder) => path.join(folder, ".venv", scripts, program));
    places.push({ programs, origin: "the workspace's .venv" });
  }
  const programs = searchPath
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .filter((folder) => trusted || !folders.some((outer) => isWithin(folder, outer, path)))
    .map((folder) => path.join(folder, program));
  places.push({ programs, origin: "PATH" });
  return places;
}

/**
 * @param {string} setting
 * @param {string} value
 * @param {Surroundings} surroundings
 */
function named(setting, value, surroundings) {
  const { platform, home, folders, isFile } = surroundings;
  const path = flavour(platform);
  let file = value.replace(/^~(?=$|[\\/])/, () => home);
  if (file.includes("${workspaceFolder}")) {
    if (folders.length === 0) {
      throw new WrongSetting(`${setting} is "${value}", and no workspace folder is open.`);
    }
    file = file.replaceAll("${workspaceFolder}", () => folders[0]);
  }
  if (!path.isAbsolute(file)) {
    throw new WrongSetting(`${setting} is "${value}"; it must be a path from the root on.`);
  }
  if (!isFile(file)) {
    throw new WrongSetting(`${setting} is "${value}", and there is no such file.`);
  }
  return path.normalize(file);
}

/** @param {string} platform */
function flavour(platform) {
  return platform === "win32" ? nodePath.win32 : nodePath.posix;
}

/**
 * @param {string} inner
 * @param {string} outer
 * @param {nodePath.PlatformPath} path
 */
function isWithin(inner, outer, path) {
  const way = path.relative(outer, inner);
  return way === "" || (way.split(path.sep)[0] !== ".." && !path.isAbsolute(way));
}

module.exports = { NotFound, WrongSetting, findServer };
