"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");

const { proofsIfTrusted } = require("../source/proofs");

const FIX = { title: "Insert", edit: {} };
const SHOW = { title: "Show", command: { command: "ckptlint.showProof" } };
const PROOF = { title: "Prove", command: { command: "ckptlint.proveFix" } };

/** @param {boolean} isTrusted */
async function seen(isTrusted) {
  const warnings = [];
  const run = [];
  const middleware = proofsIfTrusted({ isTrusted }, (message) => warnings.push(message));
  const next = async () => [FIX, SHOW, PROOF];
  const actions = await middleware.provideCodeActions({}, {}, {}, {}, next);
  for (const name of ["ckptlint.showProof", "ckptlint.proveFix"]) {
    middleware.executeCommand(name, [], (command) => run.push(command));
  }
  return { actions, run, warnings };
}

test("in a trusted workspace, proofs are offered and made", async () => {
  assert.deepEqual(await seen(true), {
    actions: [FIX, SHOW, PROOF],
    run: ["ckptlint.showProof", "ckptlint.proveFix"],
    warnings: [],
  });
});

test("in a workspace that is not trusted, proofs are shown, and none is made", async () => {
  assert.deepEqual(await seen(false), {
    actions: [FIX, SHOW],
    run: ["ckptlint.showProof"],
    warnings: ["A proof runs the code of the workspace, and this workspace is not trusted."],
  });
});

test("no actions stay no actions", async () => {
  const middleware = proofsIfTrusted({ isTrusted: false }, () => {});
  assert.equal(await middleware.provideCodeActions({}, {}, {}, {}, async () => null), undefined);
});
