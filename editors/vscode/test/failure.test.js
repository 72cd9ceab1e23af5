"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");

const { REFUSED, explain } = require("../source/failure");

test("a missing extra is told with the command that installs it", () => {
  const complaint =
    "error: the language server takes pygls, which cannot be imported by /envs/earth/bin/python\n" +
    "\nInstall it with `pip install 'ckptlint[server]'`.\n";
  assert.deepEqual(explain("/envs/earth/bin/ckptlint", REFUSED, complaint), {
    message:
      "ckptlint: the language server takes pygls, " +
      "which cannot be imported by /envs/earth/bin/python",
    installation: "pip install 'ckptlint[server]'",
  });
});

test("an interpreter without ckptlint is told", () => {
  const complaint = "/envs/bare env/bin/python: No module named ckptlint\n";
  assert.deepEqual(explain("/envs/bare env/bin/python", 1, complaint), {
    message: "/envs/bare env/bin/python has no ckptlint.",
    installation: "\"/envs/bare env/bin/python\" -m pip install 'ckptlint[server]'",
  });
});

test("a Python that is too old is told", () => {
  const complaint = "Unknown option: -P\nusage: python3.9 [option] ... [-c cmd | -m mod | file]\n";
  assert.deepEqual(explain("/usr/bin/python3.9", 2, complaint), {
    message: "/usr/bin/python3.9 is older than Python 3.11.",
    installation: null,
  });
});

test("any other end is told by its exit code", () => {
  assert.equal(explain("ckptlint", 1, "Traceback ...").message, "ckptlint ended with exit code 1.");
  assert.equal(explain("ckptlint", null, "").message, "ckptlint was ended by a signal.");
  assert.equal(explain("ckptlint", REFUSED, "").message, "ckptlint ended with exit code 2.");
});
