// Starts `ckptlint server` and keeps it in step with the settings of the window.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const vscode = require("vscode");
const { CloseAction, ErrorAction, LanguageClient } = require("vscode-languageclient/node");

const { NotFound, WrongSetting, findServer } = require("./discovery");
const { INSTALLATION, REFUSED, explain } = require("./failure");
const { environments, selectedInterpreter } = require("./interpreter");
const { proofsIfTrusted } = require("./proofs");
const { ServerProcess } = require("./server_process");

const NAME = "ckptlint";
const STARTING_SETTINGS = ["enable", "path", "interpreter"].map((name) => `${NAME}.${name}`);

const DOCUMENTS = [
  { scheme: "file", language: "python" },
  { scheme: "untitled", language: "python" },
  { scheme: "vscode-notebook-cell", language: "python" },
  { scheme: "file", language: "markdown" },
  { scheme: "untitled", language: "markdown" },
];

/** A client that leaves it to the window to tell the user what is wrong. */
class QuietClient extends LanguageClient {
  error(message, data) {
    super.error(message, data, false);
  }
}

/** The server of this window; starts and stops follow one another. */
class Window {
  constructor() {
    this.log = vscode.window.createOutputChannel(NAME, { log: true });
    this.status = vscode.languages.createLanguageStatusItem(NAME, DOCUMENTS);
    this.status.name = NAME;
    this.status.command = { command: `${NAME}.showLog`, title: "Show Log" };
    /** @type {LanguageClient | undefined} */
    this.client = undefined;
    this.last = Promise.resolve();
  }

  /** Stop what runs, and start what the settings of now ask for. */
  restart() {
    return this.next(async () => {
      await this.halt();
      await this.begin();
    });
  }

  stop() {
    return this.next(() => this.halt());
  }

  /** @param {() => Promise<void>} step */
  next(step) {
    this.last = this.last.then(step).catch((problem) => this.log.error(problem));
    return this.last;
  }

  async begin() {
    if (!vscode.workspace.getConfiguration(NAME).get("enable")) {
      this.show("off");
      return;
    }
    let server;
    try {
      server = findServer(await surroundings());
    } catch (problem) {
      if (problem instanceof NotFound) {
        this.fail({ message: problem.message, installation: INSTALLATION });
      } else if (problem instanceof WrongSetting) {
        this.fail({ message: problem.message, installation: null });
      } else {
        throw problem;
      }
      return;
    }
    this.log.info(`Starting ${[server.command, ...server.arguments].join(" ")} (${server.origin})`);
    const client = this.clientOf(new ServerProcess(server, firstFolder()?.uri.fsPath));
    this.client = client;
    this.show("starting", server.command);
    try {
      await client.start();
    } catch (problem) {
      // Where the server itself has ended, `closed` says why.
      this.log.error(problem);
      return;
    }
    this.show(client.initializeResult?.serverInfo?.version ?? "running", server.command);
  }

  /** @param {ServerProcess} serverProcess */
  clientOf(serverProcess) {
    const { command } = serverProcess.server;
    const client = new QuietClient(NAME, NAME, () => serverProcess.start(), {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      initializationFailedHandler: () => false,
      middleware: proofsIfTrusted(vscode.workspace, vscode.window.showWarningMessage),
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: async () => {
          const exitCode = await serverProcess.ended;
          if (client.isRunning() && exitCode !== REFUSED) {
            const crash = await crashes.closed();
            if (crash.action === CloseAction.Restart) {
              return { ...crash, handled: true };
            }
          }
          this.fail(explain(command, exitCode, serverProcess.complaint));
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    });
    const crashes = client.createDefaultErrorHandler();
    return client;
  }

  async halt() {
    const client = this.client;
    this.client = undefined;
    if (client?.needsStop()) {
      await client.stop();
    }
    await client?.dispose();
  }

  /** @param {{message: string, installation: string | null}} failure */
  async fail({ message, installation }) {
    this.log.error(message);
    this.show("not running", message, vscode.LanguageStatusSeverity.Error);
    const copy = "Copy Install Command";
    const settings = "Open Settings";
    const log = "Show Log";
    const sentence = message.replace(/\.?$/, ".");
    const told = installation ? `${sentence} Install it with: ${installation}` : sentence;
    const choices = installation ? [copy, settings, log] : [settings, log];
    const choice = await vscode.window.showErrorMessage(told, ...choices);
    if (choice === copy) {
      await vscode.env.clipboard.writeText(installation ?? "");
    } else if (choice === settings) {
      await vscode.commands.executeCommand("workbench.action.openSettings", `${NAME}.`);
    } else if (choice === log) {
      this.log.show();
    }
  }

  /**
   * @param {string} text
   * @param {string} [detail]
   * @param {vscode.LanguageStatusSeverity} [severity]
   */
  show(text, detail, severity = vscode.LanguageStatusSeverity.Information) {
    this.status.text = `${NAME} ${text}`;
    this.status.detail = detail;
    this.status.severity = severity;
  }
}

function firstFolder() {
  return vscode.workspace.workspaceFolders?.[0];
}

/** @returns {Promise<import("./discovery").Surroundings>} */
async function surroundings() {
  const configuration = vscode.workspace.getConfiguration(NAME, firstFolder()?.uri);
  return {
    platform: process.platform,
    home: os.homedir(),
    searchPath: process.env.PATH ?? "",
    trusted: vscode.workspace.isTrusted,
    folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    settings: {
      path: configuration.get("path") ?? null,
      interpreter: configuration.get("interpreter") ?? null,
    },
    selectedInterpreter: await selectedInterpreter(await environments(), firstFolder()?.uri),
    isFile: (path) => fs.statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
  };
}

/** @type {Window | undefined} */
let current;

/** @param {vscode.ExtensionContext} context */
async function activate(context) {
  const window = new Window();
  current = window;
  const restart = () => window.restart();
  context.subscriptions.push(
    window.log,
    window.status,
    vscode.commands.registerCommand(`${NAME}.restart`, restart),
    vscode.commands.registerCommand(`${NAME}.showLog`, () => window.log.show()),
    vscode.commands.registerCommand(`${NAME}.fixAll`, () =>
      vscode.commands.executeCommand("editor.action.sourceAction", {
        kind: `source.fixAll.${NAME}`,
        apply: "first",
      }),
    ),
    // The server asks for the other settings itself, and is told when they change.
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (STARTING_SETTINGS.some((setting) => event.affectsConfiguration(setting))) {
        restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
  );
  const offered = await environments();
  if (offered !== undefined) {
    context.subscriptions.push(offered.onDidChangeActiveEnvironmentPath(restart));
  }
  await restart();
}

function deactivate() {
  return current?.stop();
}

module.exports = { activate, deactivate };
