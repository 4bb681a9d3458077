// What a program asks for: one registration as plain data, whatever it came from.
import type { Properties } from "./values";

/** One resource as the program declares it. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly properties: Properties;
  readonly parent: string;
  readonly protect: boolean;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** A reference to a provider; empty for components and for providers. */
  readonly provider: string;
  /** Undefined leaves it to the provider. */
  readonly deleteBeforeReplace: boolean | undefined;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly AliasSpec[];
  readonly customTimeouts: Readonly<Record<string, number>>;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
}

/** A former name: a whole urn, or the parts in which it differed. */
export type AliasSpec =
  | { readonly urn: string }
  | {
      readonly name: string;
      readonly type: string;
      readonly project: string;
      readonly stack: string;
      /** Undefined means the present parent, empty none. */
      readonly parent: string | undefined;
    };

/** A goal with nothing in it but what is given. */
export function newGoal(given: Partial<Goal> & Pick<Goal, "type" | "name" | "custom">): Goal {
  return {
    properties: {},
    parent: "",
    protect: false,
    dependencies: [],
    propertyDependencies: {},
    provider: "",
    deleteBeforeReplace: undefined,
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    customTimeouts: {},
    retainOnDelete: false,
    deletedWith: "",
    ...given,
  };
}
