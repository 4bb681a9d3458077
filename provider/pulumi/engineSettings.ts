// The names that the engine may keep beside a provider's own settings; neither provider calls them misspelt. Imports nothing, so that a
// program may load it.
export const ENGINE_SETTINGS: readonly string[] = [
  "version",
  "pluginDownloadURL",
  "pluginChecksums",
  "parameterization",
  "envVarMappings",
];
