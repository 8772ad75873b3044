import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  open,
  type SealInput,
  seal,
  sealingKeyIdOf,
} from '../../../../../infra/local/aws/kms/cryptography.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(Buffer.from);
const context = fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 });
const sealInput: fc.Arbitrary<SealInput> = fc.record({
  keyId: fc.uuid(),
  material: bytes(32),
  plaintext: fc.uint8Array({ minLength: 1, maxLength: 4096 }).map(Buffer.from),
  context,
  iv: bytes(12),
});

it('opens what it sealed, and tells which key did', () => {
  fc.assert(
    fc.property(sealInput, (input) => {
      const blob = seal(input);
      expect(sealingKeyIdOf(blob)).toBe(input.keyId);
      expect(open(blob, input.material, input.context)).toEqual(input.plaintext);
    }),
  );
});

it('takes the encryption context in any order', () => {
  fc.assert(
    fc.property(sealInput, (input) => {
      const reversed = Object.fromEntries(Object.entries(input.context).reverse());
      expect(open(seal(input), input.material, reversed)).toEqual(input.plaintext);
    }),
  );
});

it('refuses a blob with any byte changed', () => {
  fc.assert(
    fc.property(sealInput, fc.nat(), fc.integer({ min: 1, max: 255 }), (input, position, change) => {
      const blob = seal(input);
      const at = position % blob.length;
      blob.writeUInt8(blob.readUInt8(at) ^ change, at);
      expect(open(blob, input.material, input.context)).toBeNull();
      expect(sealingKeyIdOf(blob)).toBeNull();
    }),
  );
});

it('refuses another encryption context', () => {
  fc.assert(
    fc.property(sealInput, context, (input, other) => {
      fc.pre(JSON.stringify(sorted(input.context)) !== JSON.stringify(sorted(other)));
      expect(open(seal(input), input.material, other)).toBeNull();
    }),
  );
});

it('refuses another key', () => {
  fc.assert(
    fc.property(sealInput, bytes(32), (input, other) => {
      fc.pre(!other.equals(input.material));
      expect(open(seal(input), other, input.context)).toBeNull();
    }),
  );
});

it('refuses what is cut short or was never a blob', () => {
  fc.assert(
    fc.property(sealInput, fc.nat(), (input, length) => {
      const blob = seal(input);
      const cut = blob.subarray(0, length % blob.length);
      expect(open(cut, input.material, input.context)).toBeNull();
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }).map(Buffer.from), (noise) => {
      expect(sealingKeyIdOf(noise)).toBeNull();
    }),
  );
});

function sorted(pairs: Record<string, string>): [string, string][] {
  return Object.entries(pairs).sort(([one], [other]) => (one < other ? -1 : 1));
}
