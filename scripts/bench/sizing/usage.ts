import { readFile } from 'node:fs/promises'

/** Ticks of the processor clock in a second, on every Linux that there is. */
const TICKS = 100

/** What a process used so far, and the memory that it holds, in bytes (Linux). */
export async function usageOf(pid: number | undefined): Promise<{ cpuSeconds: number; memory: number }> {
  const [stat, status] = await Promise.all(['stat', 'status'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')))
  const [user, system] = (stat ?? '')
    .slice((stat ?? '').lastIndexOf(')'))
    .split(' ')
    .slice(12, 14)
    .map(Number)
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(status ?? '') ?? []
  return { cpuSeconds: ((user ?? 0) + (system ?? 0)) / TICKS, memory: Number(kilobytes) * 1024 }
}
