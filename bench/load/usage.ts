/** What a load took of the machine, in cores: 1 is one core all the time. */
export interface Usage {
  /** The twin's process, with the threads of its functions. */
  readonly twinCores: number;
  /** Of it the main thread: gateway, IAM and every stand-in of a service live there. */
  readonly mainThreadCores: number;
  /** How much of the time the main thread had something to do, 0 to 1. */
  readonly mainThreadBusy: number;
  readonly generatorCores: number;
}

/** From which part on something counts as used up. */
const USED_UP = 0.9;

/** What limits a load that is not carried. */
export function limitOf(
  { twinCores, mainThreadCores, mainThreadBusy, generatorCores }: Usage,
  cores: number,
) {
  const used = (twinCores + generatorCores).toFixed(1);
  if (twinCores + generatorCores >= USED_UP * cores)
    return `The limit is the machine: the twin and the generator used ${used} of its ${cores} cores.`;
  if (mainThreadCores >= USED_UP)
    return 'The limit is the twin’s main thread, in which gateway, IAM and the stand-ins for AWS and Zoho share one core.';
  if (mainThreadBusy >= USED_UP)
    return `The limit is what else ran on the machine: the twin’s main thread always had something to do and got ${mainThreadCores.toFixed(1)} of a core. Measure it again when the machine is quiet.`;
  return `The limit is none of the machine’s: the twin and the generator used ${used} of its ${cores} cores. The errors say what it is.`;
}

/** Begins to measure what this process, which is the twin's, uses. */
export function meterUsage(): (generatorCpuMs: number) => Usage {
  const beganMs = performance.now();
  const [process0, thread0] = [process.cpuUsage(), process.threadCpuUsage()];
  const loop0 = performance.eventLoopUtilization();
  return (generatorCpuMs) => {
    const wallMs = performance.now() - beganMs;
    const cores = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1_000 / wallMs;
    return {
      twinCores: cores(process.cpuUsage(process0)),
      mainThreadCores: cores(process.threadCpuUsage(thread0)),
      mainThreadBusy: performance.eventLoopUtilization(loop0).utilization,
      generatorCores: generatorCpuMs / wallMs,
    };
  };
}
