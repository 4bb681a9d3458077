// The names of a provider's settings. Loads nothing: every program that imports the package loads it.

export const CONNECTION_NAMES = ["apiToken", "apiKey", "email", "baseUrl"] as const;
export const LIMIT_NAMES = ["maxAmount", "timeoutSeconds", "deadlineSeconds"] as const;

/** Every setting of a provider: those of the connection, and the stack's limits. */
export const SETTING_NAMES = [...CONNECTION_NAMES, ...LIMIT_NAMES] as const;

/** What the engine may keep beside a provider's own configuration. */
export const ENGINE_NAMES = ["version", "pluginDownloadURL", "pluginChecksums", "parameterization", "envVarMappings"];
