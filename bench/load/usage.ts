import { cpus } from 'node:os';

/** What a load took of the machine, in cores: 1 is one core all the time. */
export interface Usage {
  /** The twin's process, with the threads of its functions. */
  readonly twinCores: number;
  /** Of it the main thread: gateway, IAM and every stand-in of a service live there. */
  readonly mainThreadCores: number;
  readonly generatorCores: number;
  /** Everything else on the machine. */
  readonly othersCores: number;
}

/** From which part on something counts as used up. */
const USED_UP = 0.9;

/** What limits a load that is not carried. */
export function limitOf(usage: Usage, cores: number): string {
  const { mainThreadCores, othersCores } = usage;
  const own = usage.twinCores + usage.generatorCores;
  if (own >= USED_UP * cores)
    return `The limit is the machine: the twin and the generator used ${own.toFixed(1)} of its ${cores} cores.`;
  if (own + othersCores >= USED_UP * cores)
    return `The limit is what else ran: others used ${othersCores.toFixed(1)} of the machine’s ${cores} cores, and the twin and the generator had ${own.toFixed(1)}. Measure it again when the machine is quiet.`;
  if (mainThreadCores >= USED_UP)
    return 'The limit is the twin’s main thread: gateway, IAM and the stand-ins for AWS and Zoho share one core.';
  return `The limit was not found: cores were left, of ${cores} the twin and the generator used ${own.toFixed(1)}. Look at the errors.`;
}

/** Begins to measure what this process, which is the twin's, uses. */
export function meterUsage(): (generatorCpuMs: number) => Usage {
  const beganMs = performance.now();
  const [process0, thread0, machine0] = [process.cpuUsage(), process.threadCpuUsage(), machineBusyMs()];
  return (generatorCpuMs) => {
    const wallMs = performance.now() - beganMs;
    const cores = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1_000 / wallMs;
    const [twinCores, generatorCores] = [cores(process.cpuUsage(process0)), generatorCpuMs / wallMs];
    const allCores = (machineBusyMs() - machine0) / wallMs;
    return {
      twinCores,
      mainThreadCores: cores(process.threadCpuUsage(thread0)),
      generatorCores,
      othersCores: Math.max(0, allCores - twinCores - generatorCores),
    };
  };
}

/** How long the machine's cores have worked since it was started, together. */
function machineBusyMs(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
}
