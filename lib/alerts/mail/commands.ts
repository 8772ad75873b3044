import type { MailContext } from './mail.ts';

type Api = Pick<MailContext, 'apiUrl'>;

/** Where an admin's operation is asked for. */
export type Operation = 'emergency-reauth' | 'refresh' | 'restore' | 'health-check';
/** Where an admin looks. */
export type View = 'status' | 'incidents' | 'audit' | 'backups';

/** One line for a shell that asks for an operation. The token of the admin stays out of the mail: the shell has it. */
export function post(
  api: Api,
  operation: Operation,
  body: Readonly<Record<string, string | number>>,
): string {
  return `curl -X POST ${quoted(urlOf(api, operation))} ${AUTHORIZATION} -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`;
}

/** One line for a shell that looks. */
export function get(api: Api, view: View, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `curl ${AUTHORIZATION} ${quoted(search === '' ? urlOf(api, view) : `${urlOf(api, view)}?${search}`)}`;
}

/** One line for a shell that prints where to consent to a renewal that is open: a browser has no token to be led there. */
export function printRenewal(api: Api, connection: string): string {
  const url = `${urlOf(api, 'renewal')}?${new URLSearchParams({ connection })}`;
  return `curl -s -o /dev/null -w '%{redirect_url}\\n' ${AUTHORIZATION} ${quoted(url)}`;
}

/** One line for a shell that shuts an admin out. */
export function disableAdmin(subject: string): string {
  return `aws cognito-idp admin-disable-user --user-pool-id "$USER_POOL_ID" --username ${quoted(subject)}`;
}

/** One line for a shell that finds out who called an operation of AWS, such as `DeleteSecret`. */
export function lookUpCalls(eventName: string): string {
  return `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=${eventName} --max-results 10`;
}

/** One line for a shell, in the project's folder, that checks one chain of the audit. */
export function verifyAudit(connection: string): string {
  return `npm run audit:verify -- --table "$AUDIT_TABLE_NAME" --key "$AUDIT_KEY_ID" --connection ${quoted(connection)}`;
}

const AUTHORIZATION = '-H "Authorization: Bearer $ADMIN_TOKEN"';

function urlOf({ apiUrl }: Api, route: string): string {
  return `${apiUrl.replace(/\/$/, '')}/api/zoho/${route}`;
}

/** For a shell, as one word that means nothing but itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
