// The resource class of the dynamic provider, as a program uses it. Loads nothing but @pulumi/pulumi, since every program that imports the
// package pays for it.
import * as pulumi from "@pulumi/pulumi";
import { DYNAMIC_TYPE, PROVIDER_SOURCE } from "../pulumi/urn";
import { refuseOptions, refuseProgram, refuseProvider } from "./refusals";

/** What to declare for one account. Amounts are whole numbers of US cents; `usd(50)` writes them in dollars. */
export interface AutoTopupConfigArgs {
  /** The Cloudflare account, 32 hexadecimal digits. It has one auto top-up config, so declare it once. Changing it replaces the resource. */
  accountId: pulumi.Input<string>;
  /** US cents of credits bought at each top-up; at least 1000 ($10.00). The card pays 5% more: 1050 ($10.50) for 1000 of credits, before taxes. */
  amount: pulumi.Input<number>;
  /** US cents: a balance below this triggers a top-up; at least 500 ($5.00). It is not a spending limit. */
  threshold: pulumi.Input<number>;
  /** False declares auto top-up off, so that finding it on is drift; amount and threshold are kept for later. Default: true. */
  enabled?: pulumi.Input<boolean | undefined>;
  /** True lets a create, and not only the first one, replace remote values other than the declared ones. Default: false, which refuses. */
  adopt?: pulumi.Input<boolean | undefined>;
}

/**
 * The auto top-up of a Cloudflare account's AI Gateway credits: charge `amount` whenever the balance falls below `threshold`.
 *
 * `amount` is what is bought: Cloudflare adds a fee of 5% to every purchase of credits, so `usd(50)` is a charge of $52.50 before taxes
 * (https://developers.cloudflare.com/ai-gateway/reference/pricing/).
 *
 * It is kept at `/accounts/{account_id}/ai-gateway/billing/topup/config` (https://developers.cloudflare.com/api). Setting it charges nothing
 * by itself, but a balance below the threshold is topped up at once; deleting the resource switches auto top-up off. The resource's id is the
 * account id.
 *
 * Values that break a rule are refused in the preview, each on its property. If Cloudflare refuses a request, `pulumi up` fails with its own
 * message, the request id and what to do next, and nothing in the state is lost.
 *
 * The options `deletedWith`, `provider` and `import` are refused by name: with the first, an account would go on charging in no state; with the
 * second, the stack's cap and token would not hold; and nothing can import a dynamic resource.
 */
export class AutoTopupConfig extends pulumi.CustomResource {
  /** The Cloudflare account. */
  declare readonly accountId: pulumi.Output<string>;
  /** US cents of credits bought at each top-up; as declared while auto top-up is off. */
  declare readonly amount: pulumi.Output<number>;
  /** US cents: a balance below this triggers a top-up; as declared while auto top-up is off. */
  declare readonly threshold: pulumi.Output<number>;
  /** False if auto top-up is declared off. */
  declare readonly enabled: pulumi.Output<boolean>;
  /** Whether a create may replace remote values other than the declared ones; always as declared. */
  declare readonly adopt: pulumi.Output<boolean>;
  /** Why top-ups fail, in Cloudflare's words; null while they do not. As of the last create or refresh. */
  declare readonly error: pulumi.Output<string | null>;
  /** Why Cloudflare has suspended auto top-up; null while it has not. As of the last create or refresh. */
  declare readonly disabledReason: pulumi.Output<string | null>;
  /** When a top-up last failed, ISO 8601; null if none did. As of the last create or refresh. */
  declare readonly lastFailedAt: pulumi.Output<string | null>;

  /**
   * @param name the resource's name in the stack.
   * @param args what to declare.
   * @param opts Pulumi's resource options; `protect: true` guards against deleting it by mistake.
   */
  constructor(name: string, args: AutoTopupConfigArgs, opts?: pulumi.CustomResourceOptions) {
    refuseProgram();
    refuseOptions(name, opts ?? {});
    const unseen = { ...identity(name, opts), __provider: PROVIDER_SOURCE };
    if (isPlain(args, opts)) {
      const props = { enabled: undefined, adopt: undefined, ...args };
      super(DYNAMIC_TYPE, name, props, opts);
      Object.assign(props, unseen);
      addHealth(this);
    } else {
      let decide = (_source: string | Promise<never>) => {};
      const __provider = new Promise((resolve) => {
        decide = resolve;
      });
      super(DYNAMIC_TYPE, name, { ...OUTPUTS, ...args, ...unseen, __provider }, opts);
      // A transformation may have set a provider; the resource is registered only once this is decided.
      decide(refuseProvider(name, this) ?? PROVIDER_SOURCE);
    }
  }

  /**
   * Reads an account's remote values without managing them: one GET in every preview and `up`.
   *
   * @param name the resource's name in the stack.
   * @param accountId the Cloudflare account.
   * @throws during the run if the account has no auto top-up config.
   */
  static get(name: string, accountId: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): AutoTopupConfig {
    return new AutoTopupConfig(name, {} as AutoTopupConfigArgs, { ...opts, id: accountId });
  }
}

const HEALTH = ["error", "disabledReason", "lastFailedAt"];
const DECLARED = ["accountId", "amount", "threshold", "enabled", "adopt"];

// The SDK creates an output property for each name it is given, known or not.
const OUTPUTS = Object.fromEntries([...DECLARED, ...HEALTH].map((name) => [name, undefined]));

// Two copies of this package in one program count for themselves.
const copy = Math.random().toString(36).slice(2);
let declared = 0;

/**
 * Which resource a check is about: the engine does not tell a dynamic provider, and two for one account could not be told apart. The
 * check takes it out again, so it is in no state; what is only read is not checked.
 */
function identity(name: string, opts: pulumi.CustomResourceOptions | undefined): object {
  if (opts?.id !== undefined) return {};
  declared += 1;
  return { __resource: `dynamic ${copy} ${declared}|${name}` };
}

/**
 * Whether what is added after the SDK's constructor is as good as what is handed to it. The SDK makes an Output at once of each property that it
 * is given, at a tenth of a resource's cost each, and reads the values later. But a transformation may put a copy in the place of the props, and any
 * secret among the values would make a secret of all that is looked up together.
 */
function isPlain(args: AutoTopupConfigArgs, opts: pulumi.CustomResourceOptions = {}): boolean {
  const parent = opts.parent ?? pulumi.runtime.getStackResource();
  const inherited: unknown = parent && Reflect.get(parent, "__transformations");
  const isValue = (value: unknown) => typeof value !== "object" || value === null;
  return (
    Array.isArray(inherited) &&
    inherited.length + (opts.transformations?.length ?? 0) === 0 &&
    opts.id === undefined &&
    opts.urn === undefined &&
    !opts.additionalSecretOutputs &&
    Object.values(args).every(isValue)
  );
}

/**
 * Adds the outputs that most programs never read. The first that is read costs one call to the engine, its own function with which an SDK looks
 * up a resource: it answers with what it has registered, once it has. In the preview of a create that is nothing, while `enabled` and `adopt` are
 * known then, with defaults and transforms: so those two cannot be made this way.
 */
function addHealth(resource: pulumi.CustomResource): void {
  let found: pulumi.Output<{ state: Record<string, unknown> }> | undefined;
  for (const name of HEALTH) {
    let output: pulumi.Output<unknown> | undefined;
    const get = () => {
      found ??= pulumi.runtime.invokeOutput("pulumi:pulumi:getResource", { urn: resource.urn });
      // What the state does not hold yet in a preview will only be known after the update.
      output ??= found.apply(({ state: { [name]: value } }) =>
        value === undefined && pulumi.runtime.isDryRun() ? pulumi.unknown : value,
      );
      return output;
    };
    Object.defineProperty(resource, name, { get, enumerable: true, configurable: true });
  }
}
