import { describe, expect, it } from 'vitest';
import { missingScopes } from '../../../lib/domain/scopes.ts';

describe('the scopes that a grant lacks', () => {
  it.each<[readonly string[], readonly string[], readonly string[]]>([
    [['ZohoCRM.org.READ'], ['ZohoCRM.org.READ'], []],
    [['ZohoCRM.org.READ'], ['zohocrm.ORG.read'], []],
    [['ZohoCRM.modules.contacts.READ'], ['ZohoCRM.modules.ALL'], []],
    [['ZohoCRM.modules.READ'], ['ZohoCRM.modules.ALL'], []],
    [['ZohoCRM.modules.ALL'], ['ZohoCRM.modules.READ'], ['ZohoCRM.modules.ALL']],
    [['ZohoCRM.modulesx.READ'], ['ZohoCRM.modules.ALL'], ['ZohoCRM.modulesx.READ']],
    [['ZohoCRM.org.READ', 'Desk.basic.READ'], ['ZohoCRM.org.READ'], ['Desk.basic.READ']],
    [['Desk.basic.READ'], [], ['Desk.basic.READ']],
  ])('%j of %j', (needed, granted, missing) => {
    expect(missingScopes(needed, granted)).toEqual(missing);
  });
});
