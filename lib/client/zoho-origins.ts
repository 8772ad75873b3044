import { DATA_CENTERS, type DataCenter } from '../domain/data-center.ts';

const LOOPBACK: readonly string[] = ['127.0.0.1', '[::1]', 'localhost'];

/** Whether a token may travel there at all: over https, or to a stand-in on this machine. */
export function isTrustworthyDomain(apiDomain: string): boolean {
  const { protocol, hostname } = new URL(apiDomain);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

/** The origins that a token is for: the API domain that it was published with, and its data centre's Desk and Mail. */
export function originsOf(apiDomain: string): readonly string[] {
  const { origin } = new URL(apiDomain);
  const dataCenters: readonly DataCenter[] = Object.values(DATA_CENTERS);
  const own = dataCenters.find((dataCenter) => dataCenter.apiDomain === origin);
  return own ? [origin, own.deskDomain, own.mailDomain] : [origin];
}
