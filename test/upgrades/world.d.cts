// The types of world.cjs, which the script that makes states loads without a compiler.
import type { ConfigValue, SimulatedConfig, SimulatedHealth } from "../../provider/testing";

export const world: {
  readonly token: string;
  readonly before: Readonly<Record<string, SimulatedConfig>>;
  readonly after: Readonly<Record<string, SimulatedConfig>>;
  readonly health: Readonly<Record<string, SimulatedHealth>>;
};
export const PLUGIN: string;
export const PASSPHRASE: string;
export function configOf(token: string): Record<string, ConfigValue>;
export function writeProject(folder: string, program: string): void;
