import type { PriceList } from './prices.ts';

const HOURS_A_MONTH = 730;
/** Fargate's smallest task. */
const TASK = { vCpu: 0.25, memoryGb: 0.5 } as const;
/** RDS's smallest volume. */
const STORAGE_GB = 20;
/** Nango's free plan has room for so many: `connections_max` where prices.json names its source. */
const HOSTED_FREE_CONNECTIONS = 10;
/** Secrets Manager rotates every four hours at most; each rotation is four steps of AWS's template, some ten calls. */
const ROTATIONS_A_MONTH = HOURS_A_MONTH / 4;
const CALLS_A_ROTATION = 10;
const INVOCATIONS_A_ROTATION = 4;

/** What a user would pick instead. */
export interface Peer {
  readonly name: string;
  /** In US dollars. */
  monthlyUsd(connections: number, prices: PriceList): number;
  /** What the price leaves out, or the peer cannot do. */
  readonly caveat: string;
}

export const PEERS: readonly Peer[] = [
  {
    name: 'hosted token service (Nango Cloud), at least',
    monthlyUsd: (connections, { usdOf }) =>
      connections <= HOSTED_FREE_CONNECTIONS ? 0 : usdOf.hostedBaseMonth,
    caveat:
      'Nango Cloud: the plan’s base fee as its public source has it. What each connection and request costs beyond it was not to be had, so it is a lower bound; the tokens are kept by somebody else.',
  },
  {
    name: 'self-hosted on the smallest container',
    monthlyUsd: (_connections, { usdOf }) =>
      HOURS_A_MONTH *
        (TASK.vCpu * usdOf.fargateVcpuHour + TASK.memoryGb * usdOf.fargateGbHour + usdOf.postgresHour) +
      STORAGE_GB * usdOf.postgresStorageGbMonth,
    caveat:
      'Self-hosted: one Fargate task of 0.25 vCPU and 0.5 GB with one db.t4g.micro, in one zone, of the same size for any number of connections; without a load balancer, logs, alarms, backups elsewhere, or whoever gets up at night.',
  },
  {
    name: 'Secrets Manager’s rotation at its fastest',
    monthlyUsd: (connections, { usdOf }) =>
      connections *
      (usdOf.secretMonth +
        ROTATIONS_A_MONTH *
          (CALLS_A_ROTATION * usdOf.secretsManagerCall +
            INVOCATIONS_A_ROTATION * (usdOf.lambdaRequest + 0.5 * usdOf.lambdaGbSecond))),
    caveat:
      'Secrets Manager rotates every four hours at most, and a token of Zoho lives for one: consumers would be without one three hours out of four. One secret for refresh and access token, half a second of 1 GB for each step.',
  },
];
