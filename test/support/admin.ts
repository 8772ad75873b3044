import type { AdminRequest } from '../../lib/workflows/admin-operation.ts';

let requests = 0;

/** A request of an admin of its own, unless a test says whose, so that no test uses up another's rate. */
export function anAdminRequest(differing: Partial<AdminRequest> = {}): AdminRequest {
  requests += 1;
  return {
    actor: { id: `admin-${requests}`, name: 'admin@example.com' },
    sourceAddress: '192.0.2.1',
    requestId: `request-${requests}`,
    atMs: 0,
    ...differing,
  };
}
