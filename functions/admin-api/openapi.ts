import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import { OPENAPI } from '../../lib/http/contracts/openapi.ts';
import { openApiDocument } from '../../lib/http/openapi.ts';

/** `GET /api/zoho/openapi.json` */
export function openApiRoute(): AdminRoute {
  return adminRoute(OPENAPI, async (_input, _request, { requestContext }) => {
    const basePath = requestContext.path.slice(0, -OPENAPI.path.length);
    return { kind: 'succeeded', answer: { ...openApiDocument(basePath) } };
  });
}
