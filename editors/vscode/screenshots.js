// Starts the extension in a real VS Code (code-server in headless Chromium), lets it find, explain
// and fix a mistake as a user would, and takes the pictures for docs/images.
//
//   make vsix
//   NODE_PATH=PREFIX/node_modules node editors/vscode/screenshots.js .venv/bin/ckptlint
//
// PREFIX is where npm has installed code-server and playwright-core.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");
const { chromium } = require("playwright-core");

const ROOT = path.resolve(__dirname, "../..");
const IMAGES = path.join(ROOT, "docs", "images");
const FIXTURES = path.join(ROOT, "fixtures", "ckp201");
const FILE = "bad_initial_condition.py";
const MESSAGE = "this boundary is yielded with no save since the start of the rollout";
const FIX = "Insert `self._save_checkpoint_state(x, coords)`";
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const LIMIT = 120_000; // milliseconds

const SETTINGS = {
  "breadcrumbs.enabled": false,
  "chat.commandCenter.enabled": false,
  "editor.lightbulb.enabled": "on",
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false,
  "extensions.autoCheckUpdates": false,
  "files.autoSave": "off",
  "problems.defaultViewMode": "tree",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "window.commandCenter": false,
  "workbench.activityBar.location": "hidden",
  "workbench.colorTheme": "Default Light Modern",
  "workbench.layoutControl.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.reduceMotion": "on",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** @param {string} folder the folder that all of this run lies in */
function prepare(folder, ckptlint) {
  const workspace = path.join(folder, "forecasts");
  fs.mkdirSync(workspace);
  for (const name of [FILE, "good_grid.py"]) {
    const text = fs.readFileSync(path.join(FIXTURES, name), "utf8");
    fs.writeFileSync(path.join(workspace, name), text.replaceAll(/ +# error: .*/g, ""));
  }
  fs.writeFileSync(path.join(workspace, "ckptlint.toml"), "");
  const user = path.join(folder, "data", "User");
  fs.mkdirSync(user, { recursive: true });
  const settings = { ...SETTINGS, "ckptlint.path": ckptlint };
  fs.writeFileSync(path.join(user, "settings.json"), JSON.stringify(settings));
  return workspace;
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** What `ckptlint --fix` makes of the file. */
function fixedText(ckptlint, workspace, folder) {
  const copy = path.join(folder, "fixed");
  fs.cpSync(workspace, copy, { recursive: true });
  execFileSync(ckptlint, ["check", "--fix", "--no-cache", "--quiet", FILE], { cwd: copy });
  return fs.readFileSync(path.join(copy, FILE), "utf8");
}

async function picture(page, name) {
  fs.mkdirSync(IMAGES, { recursive: true });
  await page.screenshot({ path: path.join(IMAGES, name) });
  console.log(`wrote docs/images/${name}`);
}

async function openFile(page, name) {
  await page.keyboard.press("Control+p");
  await page.locator(".quick-input-widget input").fill(name);
  await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: name }).first().click();
  await page.locator(".monaco-editor .view-line").first().waitFor();
}

async function drive(page, workspace, expected) {
  await page.locator(".monaco-workbench").waitFor();
  await openFile(page, FILE);
  await page.locator(".squiggly-error").first().waitFor();

  await page.keyboard.press("Control+Shift+m");
  const problem = page.locator(".markers-panel .monaco-list-row").filter({ hasText: MESSAGE });
  await problem.first().waitFor();
  assert.match(await problem.first().innerText(), /CKP201/);
  await problem.first().click();
  await page.keyboard.press("ArrowRight");
  const related = page.locator(".markers-panel .monaco-list-row");
  await related.filter({ hasText: "where this is false" }).waitFor();
  await picture(page, "vscode-finding.png");
  await page.keyboard.press("Control+j");

  const yielded = page.locator(".view-line").filter({ hasText: /yield\s+x,\s+coords$/ }).first();
  await yielded.locator("span span").last().hover();
  const hover = page.locator(".monaco-hover:visible").filter({ hasText: MESSAGE });
  await hover.waitFor();
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => {
      const isEndless = animation.effect?.getTiming().iterations === Infinity;
      return isEndless || animation.playState !== "running";
    }),
  );
  await picture(page, "vscode-hover.png");
  await page.keyboard.press("Escape");

  await yielded.locator("span span").last().click();
  await page.keyboard.press("Control+.");
  const preferred = page.locator(".action-widget .monaco-list-row.focused");
  await preferred.filter({ hasText: FIX }).waitFor();
  await picture(page, "vscode-fix.png");
  await page.keyboard.press("Enter");
  await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
  const unsaved = page.locator(".tab.dirty");
  await unsaved.waitFor();
  await page.keyboard.press("Control+s");
  await unsaved.waitFor({ state: "detached" });
  assert.equal(fs.readFileSync(path.join(workspace, FILE), "utf8"), expected);
  console.log("the quick fix writes what `ckptlint --fix` writes");
}

async function main() {
  const ckptlint = path.resolve(process.argv[2] ?? ".venv/bin/ckptlint");
  const dist = path.join(ROOT, "dist");
  const { version } = require("./package.json");
  const code = path.join(path.dirname(require.resolve("code-server/package.json")), "out/node/entry.js");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ckptlint-vscode-"));
  const workspace = prepare(folder, ckptlint);
  const places = [`--user-data-dir=${folder}/data`, `--extensions-dir=${folder}/extensions`];
  const vsix = path.join(dist, `ckptlint-${version}.vsix`);
  execFileSync(process.execPath, [code, ...places, "--install-extension", vsix], {
    stdio: "inherit",
  });
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [code, ...places, "--auth=none", `--bind-addr=127.0.0.1:${port}`, "--disable-telemetry",
      "--disable-update-check", "--disable-getting-started-override", workspace],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await new Promise((listening) => {
    server.stdout.on("data", (text) => String(text).includes("listening on") && listening());
  });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 640 } });
    page.setDefaultTimeout(LIMIT);
    await page.goto(`http://127.0.0.1:${port}/?folder=${workspace}`);
    try {
      await drive(page, workspace, fixedText(ckptlint, workspace, folder));
    } catch (problem) {
      await page.screenshot({ path: path.join(folder, "failed.png") });
      console.error(`what could be seen: ${folder}/failed.png`);
      throw problem;
    }
  } finally {
    await browser.close();
    server.kill();
  }
  fs.rmSync(folder, { recursive: true });
}

main().catch((problem) => {
  console.error(problem);
  process.exitCode = 1;
});
