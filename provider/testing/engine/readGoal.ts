// Reads a registration from its message. What the local engine cannot honour is refused here, by name.
import type * as pb from "@pulumi/pulumi/proto/resource_pb";
import type { AliasSpec, Goal } from "./goal";
import { containsAssets, type Properties } from "./values";
import { toProperties } from "./wire";

/** Reads a registration. Throws, naming the feature, where it asks for what the local engine does not do. */
export function readGoal(request: pb.RegisterResourceRequest): Goal {
  const properties = toProperties(request.getObject()) ?? {};
  refuseUnsupported(request, properties);
  const dependencies = unique(request.getDependenciesList());
  const defined = request.getDeletebeforereplacedefined() || request.getDeletebeforereplace();
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    properties,
    parent: request.getParent(),
    protect: request.getProtect() ?? false,
    dependencies,
    propertyDependencies: readPropertyDependencies(request, properties, dependencies),
    provider: request.getProvider(),
    deleteBeforeReplace: defined ? request.getDeletebeforereplace() : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: readAliases(request),
    customTimeouts: readTimeouts(request),
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: request.getDeletedwith(),
  };
}

function refuseUnsupported(request: pb.RegisterResourceRequest, properties: Properties): void {
  const features: readonly [string, boolean | undefined][] = [
    ["remote components", request.getRemote()],
    ["the 'import' option", request.getImportid() !== ""],
    ["transforms", request.getTransformsList?.().length > 0],
    ["resource hooks", request.hasHooks?.() && request.getHooks()?.toArray().flat().length !== 0],
    ["the 'replaceWith' option", (request.getReplaceWithList?.() ?? []).length > 0],
    [
      "the 'replacementTrigger' option",
      request.hasReplacementTrigger?.() && !request.getReplacementTrigger()?.hasNullValue(),
    ],
    ["assets and archives", containsAssets(properties)],
  ];
  const found = features.find(([, asked]) => asked);
  if (found === undefined) return;
  throw new Error(
    `${request.getType()} '${request.getName()}' uses ${found[0]}, which the local engine does not support.`,
  );
}

/** Old SDKs send none: every property then depends on everything. */
function readPropertyDependencies(
  request: pb.RegisterResourceRequest,
  properties: Properties,
  dependencies: readonly string[],
): Record<string, readonly string[]> {
  const map = request.getPropertydependenciesMap();
  if (map.getLength() === 0) return Object.fromEntries(Object.keys(properties).map((key) => [key, dependencies]));
  const found: Record<string, readonly string[]> = {};
  map.forEach((entry, key) => {
    found[key] = unique(entry.getUrnsList());
  });
  for (const key of Object.keys(properties)) found[key] ??= [];
  return found;
}

function readAliases(request: pb.RegisterResourceRequest): AliasSpec[] {
  const urns = request.getAliasurnsList().map((urn) => ({ urn }));
  const specs = request.getAliasesList().map((alias): AliasSpec => {
    const spec = alias.getSpec();
    if (spec === undefined) return { urn: alias.getUrn() };
    const [name, type] = [spec.getName(), spec.getType()];
    const parent = spec.getNoparent() ? "" : spec.getParenturn() || undefined;
    return { name, type, project: spec.getProject(), stack: spec.getStack(), parent };
  });
  return [...urns, ...specs];
}

function readTimeouts(request: pb.RegisterResourceRequest): Record<string, number> {
  const timeouts = request.getCustomtimeouts();
  if (timeouts === undefined) return {};
  const texts = { create: timeouts.getCreate(), update: timeouts.getUpdate(), delete: timeouts.getDelete() };
  const seconds = Object.entries(texts).map(([key, text]) => [key, toSeconds(text)] as const);
  return Object.fromEntries(seconds.filter(([, value]) => value > 0));
}

/** Durations as Go writes them: "1h30m", "90s". */
function toSeconds(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  const parts = [...text.matchAll(/([\d.]+)(ms|[hms])/g)];
  return parts.reduce((sum, [, amount, unit = "s"]) => sum + Number(amount) * (units[unit] ?? 0), 0);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
