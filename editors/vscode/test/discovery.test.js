"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");

const { NotFound, WrongSetting, findServer } = require("../source/discovery");

/**
 * @param {string[]} files the files that there are
 * @param {object} [changes]
 */
function surroundings(files, changes = {}) {
  return {
    platform: "linux",
    home: "/home/ada",
    searchPath: "/opt/tools/bin:/usr/bin",
    trusted: true,
    folders: ["/home/ada/forecasts"],
    settings: { path: null, interpreter: null },
    selectedInterpreter: null,
    isFile: (path) => files.includes(path),
    ...changes,
  };
}

const EVERYWHERE = [
  "/envs/earth/bin/ckptlint",
  "/home/ada/forecasts/.venv/bin/ckptlint",
  "/opt/tools/bin/ckptlint",
  "/usr/bin/ckptlint",
];
const SELECTED = { selectedInterpreter: "/envs/earth/bin/python" };

test("the selected environment comes before .venv, and that before PATH", () => {
  const found = [];
  for (let left = EVERYWHERE; left.length > 0; left = left.slice(1)) {
    found.push(findServer(surroundings(left, SELECTED)));
  }
  assert.deepEqual(found, [
    {
      command: "/envs/earth/bin/ckptlint",
      arguments: ["server"],
      origin: "the selected Python environment",
    },
    {
      command: "/home/ada/forecasts/.venv/bin/ckptlint",
      arguments: ["server"],
      origin: "the workspace's .venv",
    },
    { command: "/opt/tools/bin/ckptlint", arguments: ["server"], origin: "PATH" },
    { command: "/usr/bin/ckptlint", arguments: ["server"], origin: "PATH" },
  ]);
});

test("what the settings name comes first", () => {
  const settings = { path: "~/tools/ckptlint", interpreter: "/envs/earth/bin/python" };
  const files = [...EVERYWHERE, "/home/ada/tools/ckptlint", "/envs/earth/bin/python"];
  assert.deepEqual(findServer(surroundings(files, { ...SELECTED, settings })), {
    command: "/home/ada/tools/ckptlint",
    arguments: ["server"],
    origin: "ckptlint.path",
  });
  assert.deepEqual(
    findServer(surroundings(files, { ...SELECTED, settings: { ...settings, path: null } })),
    {
      command: "/envs/earth/bin/python",
      arguments: ["-P", "-m", "ckptlint", "server"],
      origin: "ckptlint.interpreter",
    },
  );
});

test("a path may start at the workspace folder", () => {
  const settings = { path: "${workspaceFolder}/env/bin/ckptlint", interpreter: null };
  const files = ["/home/ada/forecasts/env/bin/ckptlint"];
  assert.equal(findServer(surroundings(files, { settings })).command, files[0]);
  assert.throws(() => findServer(surroundings(files, { settings, folders: [] })), {
    message:
      'ckptlint.path is "${workspaceFolder}/env/bin/ckptlint", and no workspace folder is open.',
  });
});

test("what a setting names is started or refused, and nothing else is taken for it", () => {
  const settings = { path: "/gone/ckptlint", interpreter: null };
  assert.throws(
    () => findServer(surroundings(EVERYWHERE, { settings })),
    new WrongSetting('ckptlint.path is "/gone/ckptlint", and there is no such file.'),
  );
  const relative = { path: null, interpreter: "python3" };
  assert.throws(() => findServer(surroundings(EVERYWHERE, { settings: relative })), {
    message: 'ckptlint.interpreter is "python3"; it must be a path from the root on.',
  });
});

test("nothing of a workspace that is not trusted is started", () => {
  const untrusted = {
    ...SELECTED,
    trusted: false,
    searchPath: "/home/ada/forecasts/.venv/bin:.:/home/ada/forecasts-of-mine/bin:/usr/bin",
  };
  const files = [...EVERYWHERE, "/home/ada/forecasts-of-mine/bin/ckptlint", "ckptlint"];
  const found = findServer(surroundings(files, untrusted));
  assert.equal(found.command, "/home/ada/forecasts-of-mine/bin/ckptlint");
  assert.throws(() => findServer(surroundings(EVERYWHERE.slice(0, 2), untrusted)), {
    message: "ckptlint was not found in PATH.",
  });
});

test("where nothing is found, the message says where it was looked for", () => {
  assert.throws(
    () => findServer(surroundings([], SELECTED)),
    (problem) =>
      problem instanceof NotFound &&
      problem.message ===
        "ckptlint was not found in the selected Python environment, the workspace's .venv, PATH.",
  );
});

test("on Windows, environments have other folders", () => {
  const windows = {
    platform: "win32",
    folders: ["C:\\forecasts"],
    searchPath: "C:\\Windows;C:\\tools",
  };
  const commands = [
    "C:\\envs\\earth\\Scripts\\ckptlint.exe",
    "C:\\forecasts\\.venv\\Scripts\\ckptlint.exe",
    "C:\\tools\\ckptlint.exe",
  ].map((file) => {
    const selectedInterpreter = "C:\\envs\\earth\\python.exe";
    return findServer(surroundings([file], { ...windows, selectedInterpreter })).command;
  });
  assert.deepEqual(commands, [
    "C:\\envs\\earth\\Scripts\\ckptlint.exe",
    "C:\\forecasts\\.venv\\Scripts\\ckptlint.exe",
    "C:\\tools\\ckptlint.exe",
  ]);
});
