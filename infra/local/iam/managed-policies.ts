/** Policies of AWS's own that a function's role may name. */
const DOCUMENTS: ReadonlyMap<string, object> = new Map([
  [
    // CDK gives it to every function that comes without a role.
    'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: '*',
        },
      ],
    },
  ],
]);

/**
 * What a policy of AWS's own says; undefined when the twin does not know it.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
export function awsManagedPolicy(arn: string): object | undefined {
  return DOCUMENTS.get(arn);
}
