// Owns the types of a package that ships none. It must not say more than what is used of it.
declare module "proxy-from-env" {
  /** The URL of the proxy that HTTPS_PROXY, ALL_PROXY and NO_PROXY name for a URL; empty where there is none. */
  export function getProxyForUrl(url: string): string;
}
