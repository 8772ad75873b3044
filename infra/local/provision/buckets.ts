import * as z from 'zod';
import { type Provisioner, parseProperties } from './context.ts';

const bucketSchema = z.object({ BucketName: z.string().optional() });

export const provisionBucket: Provisioner = (logicalId, properties, { createBucket }) => {
  const { BucketName: name = logicalId.toLowerCase() } = parseProperties(logicalId, bucketSchema, properties);
  createBucket(name);
  return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
};
