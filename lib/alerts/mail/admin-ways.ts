import { get, type Operation, post, printRenewal, type View } from './commands.ts';
import type { MailContext, Step } from './mail.ts';

/** How an admin does something: in the console, or by one line for a shell. */
type Ways = Required<Pick<Step, 'link' | 'command'>>;

type Api = Pick<MailContext, 'apiUrl'>;

/** An operation on one connection. */
export function operate(
  api: Api,
  operation: Operation,
  body: Readonly<{ connection: string; [field: string]: string | number }>,
): Ways {
  const { label, dialog } = DIALOGS[operation];
  return {
    link: { label, url: consoleUrl(api, `connections/${body.connection}/${dialog}`) },
    command: post(api, operation, body),
  };
}

/** A look at something. */
export function look(api: Api, view: View, query: Readonly<Record<string, string>> = {}): Ways {
  return {
    link: { label: 'See it in the console', url: consoleUrl(api, placeOf(view, query)) },
    command: get(api, view, query),
  };
}

/** A renewal that is open. */
export function takeUpRenewal(api: Api, connection: string): Ways {
  const { link } = operate(api, 'emergency-reauth', { connection });
  return { link, command: printRenewal(api, connection) };
}

const DIALOGS: Readonly<Record<Operation, { label: string; dialog: string }>> = {
  'emergency-reauth': { label: 'Re-authorise in the console', dialog: 'reauthorize' },
  refresh: { label: 'Refresh in the console', dialog: 'refresh' },
  restore: { label: 'Restore in the console', dialog: 'restore' },
  'health-check': { label: 'Check in the console', dialog: 'health-check' },
};

function placeOf(view: View, query: Readonly<Record<string, string>>): string {
  const { connection } = query;
  switch (view) {
    case 'status':
    case 'backups':
      return connection === undefined ? '' : `connections/${connection}`;
    case 'incidents':
    case 'audit': {
      // How many to show at once is the console's own affair.
      const { limit: _, ...search } = query;
      return `${view}?${new URLSearchParams(search)}`;
    }
  }
}

function consoleUrl({ apiUrl }: Api, place: string): string {
  return `${apiUrl.replace(/\/$/, '')}/console#/${place}`;
}
