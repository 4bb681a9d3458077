// What lives as long as the plugin's process, which the engine starts for every run and every configured provider: its settings, its log,
// its end.
import { setMaxListeners } from "node:events";
import * as grpc from "@grpc/grpc-js";
import type { SettingName } from "../cloudflare/settings";
import { type EngineLog, openEngineLog } from "../pulumi/engineLog";

export class Run {
  settings: ReadonlyMap<SettingName, string> = new Map();
  /** Whether the program configures this provider, rather than the stack. */
  isExplicit = false;
  /** Aborted once the run is over or was stopped. */
  readonly ending = new AbortController();
  private opened: EngineLog | undefined;

  /** @param engine the engine's address; a handshake or an attach may name a better one. */
  constructor(public engine: string) {
    // Every request in flight listens, and Node would suspect a leak at the eleventh.
    setMaxListeners(0, this.ending.signal);
  }

  log(): EngineLog {
    this.opened ??= openEngineLog(this.engine, grpc);
    return this.opened;
  }

  /** Resolves once everything said so far has arrived. */
  async settled(): Promise<void> {
    await this.opened?.settled();
  }
}
