import type { APIGatewayProxyEvent } from 'aws-lambda';

/** A query by its names. A parameter that is given twice stays a list, which no schema takes. */
export function readQuery({
  multiValueQueryStringParameters,
}: Pick<APIGatewayProxyEvent, 'multiValueQueryStringParameters'>): Record<string, unknown> {
  const entries = Object.entries(multiValueQueryStringParameters ?? {});
  return Object.fromEntries(
    entries.map(([name, values]) => [name, values?.length === 1 ? values[0] : values]),
  );
}
