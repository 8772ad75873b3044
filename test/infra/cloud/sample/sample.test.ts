import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { accessTokenPublished, EVENT_SOURCE } from '../../../../lib/events/keeper-events.ts';
import { anAccessToken } from '../../../support/builders.ts';
import { openWorkplace, PROPS, type Workplace } from '../embedding.ts';
import { createSampleApp } from './app.ts';
import { mergeTemplates } from './merge-templates.ts';

let workplace: Workplace;
let sample: ReturnType<typeof createSampleApp>;
beforeAll(() => {
  workplace = openWorkplace();
  sample = createSample();
});
afterAll(() => workplace.dispose());

function createSample(): ReturnType<typeof createSampleApp> {
  const { folder, functionCode } = workplace;
  const consumerCode = mkdtempSync(join(folder, 'consumer-'));
  writeFileSync(join(consumerCode, 'index.mjs'), '');
  const outdir = mkdtempSync(join(folder, 'sample-'));
  return createSampleApp({ outdir, configuration: PROPS, functionCode, consumerCode });
}

const reportSchema = z.object({
  pluginReports: z.array(
    z.object({
      violations: z.array(
        z.object({ violatingConstructs: z.array(z.object({ constructPath: z.string() })) }),
      ),
    }),
  ),
});

describe('the sample', () => {
  it('grants each consumer its own connection’s token', () => {
    for (const [stack, connection] of [
      [sample.platform, 'crm'],
      [sample.reports, 'books'],
    ] as const) {
      Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
        PolicyDocument: {
          Statement: [
            Match.objectLike({
              Action: 'secretsmanager:GetSecretValue',
              Resource: {
                'Fn::Join': ['', Match.arrayWith([`:secret:zoho/${connection}/access-token-??????`])],
              },
            }),
            Match.objectLike({ Action: 'kms:Decrypt', Condition: Match.anyValue() }),
          ],
        },
      });
    }
  });

  it('has the other stack read the secret by its name, under the key that the keeper tells', () => {
    const template = Template.fromStack(sample.reports);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ ZOHO_TOKEN_SECRET_ID: 'zoho/books/access-token' }) },
    });
    expect(JSON.stringify(template.toJSON())).toMatch(
      /"Fn::ImportValue":"Platform:ExportsOutputFnGetAttZohoSecretsPrimaryKey\w+"/,
    );
  });

  it('listens to what the keeper tells of a published token', () => {
    const { type } = accessTokenPublished(anAccessToken());
    Template.fromStack(sample.platform).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: [EVENT_SOURCE], 'detail-type': [type], detail: { connection: ['crm'] } },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ContactSync'), 'Arn'] } })],
    });
  });

  it('is reviewed by cdk-nag without a finding on the keeper, but with some on what is not ours', () => {
    const { app } = createSample();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).toThrow();
    const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
    const found = reportSchema
      .parse(report)
      .pluginReports.flatMap(({ violations }) => violations)
      .flatMap(({ violatingConstructs }) => violatingConstructs)
      .map(({ constructPath }) => constructPath);
    expect(found).toContainEqual(expect.stringMatching(/^Platform\/ContactSync\//));
    expect(found.filter((path) => path.startsWith('Platform/Zoho'))).toEqual([]);
  });
});

describe('its stacks as one', () => {
  const output = { Value: { Ref: 'Key' }, Export: { Name: 'Platform:Key' } };
  const exporting = { Resources: { Key: {} }, Outputs: { Key: output } };

  it('refer to each other where one imports what the other exports', () => {
    const importing = { Resources: { Role: { Keys: [{ 'Fn::ImportValue': 'Platform:Key' }] } } };
    expect(mergeTemplates([exporting, importing])).toMatchObject({
      Resources: { Key: {}, Role: { Keys: [{ Ref: 'Key' }] } },
    });
  });

  it('cannot share a logical id, or import what nobody exports', () => {
    expect(() => mergeTemplates([exporting, exporting])).toThrow('Two of the stacks have a Key.');
    const importing = { Resources: { Role: { 'Fn::ImportValue': 'Elsewhere:Key' } } };
    expect(() => mergeTemplates([exporting, importing])).toThrow('No stack exports Elsewhere:Key.');
  });
});
