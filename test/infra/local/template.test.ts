// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of Fn::Sub
import { describe, expect, it } from 'vitest';
import { parseTemplate, TemplateError, TemplateResolver } from '../../../infra/local/template.ts';

function resolver(template: object = {}): TemplateResolver {
  const created = new TemplateResolver(parseTemplate({ Resources: {}, ...template }), {
    accountId: '111122223333',
    region: 'eu-west-1',
  });
  created.provide('Table', { ref: 'state', attributes: { Arn: 'arn:table', 'Stream.Arn': 'arn:stream' } });
  return created;
}

describe('TemplateResolver', () => {
  it.each([
    ['Ref to a resource', { Ref: 'Table' }, 'state'],
    ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:table'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Table.Stream.Arn' }, 'arn:stream'],
    ['Fn::Join, nested', { 'Fn::Join': ['', ['a:', { Ref: 'AWS::AccountId' }]] }, 'a:111122223333'],
    [
      'Fn::Sub',
      { 'Fn::Sub': 'x-${Table}-${Table.Arn}-${AWS::Region}-${!kept}' },
      'x-state-arn:table-eu-west-1-${kept}',
    ],
    [
      'Fn::Sub with variables',
      { 'Fn::Sub': ['${a}/${Table}', { a: { Ref: 'AWS::Partition' } }] },
      'aws/state',
    ],
    [
      'Fn::Select of Fn::Split',
      { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Table', 'Arn'] }] }] },
      'table',
    ],
    [
      'what is no intrinsic',
      { Key: ['Ref', 1, null, { Ref: 'Table', Other: 1 }] },
      { Key: ['Ref', 1, null, { Ref: 'Table', Other: 1 }] },
    ],
    [
      'AWS::NoValue, which removes its property',
      { a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] },
      { b: [1] },
    ],
  ])('resolves %s', (_, value, expected) => {
    expect(resolver().resolve(value, 'Here')).toEqual(expected);
  });

  it('resolves a parameter to its default', () => {
    const withParameter = resolver({ Parameters: { Version: { Type: 'String', Default: '6' } } });
    expect(withParameter.resolve({ Ref: 'Version' }, 'Here')).toBe('6');
  });

  it.each([
    ['an unknown intrinsic', { 'Fn::ImportValue': 'x' }, /^Here uses Fn::ImportValue/],
    ['a reference to nothing', { a: [{ Ref: 'Missing' }] }, /^Here refers to Missing/],
    ['an unknown attribute', { 'Fn::GetAtt': ['Table', 'Name'] }, /^Here asks for Table.Name/],
    ['a substitution of nothing', { 'Fn::Sub': '${Missing}' }, /^Here refers to Missing/],
  ])('refuses %s and names where it stands', (_, value, message) => {
    expect(() => resolver().resolve(value, 'Here')).toThrow(TemplateError);
    expect(() => resolver().resolve(value, 'Here')).toThrow(message);
  });
});
