// The types of a package that ships none, as far as they are used here.
declare module "proxy-from-env" {
  /** The URL of the proxy that HTTPS_PROXY, ALL_PROXY and NO_PROXY name for a URL; empty if there is none. */
  export function getProxyForUrl(url: string): string;
}
