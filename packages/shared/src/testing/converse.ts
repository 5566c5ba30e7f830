import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export type Said = Record<string, unknown>

/** Runs a program that says JSON lines; one with `ask` is answered by a line. Gives the last one. @throws Error with what it complains of. */
export async function converse(
  command: string,
  args: readonly string[],
  { env = {}, answer }: { env?: Record<string, string>; answer: (said: Said) => Promise<string> },
): Promise<Said> {
  const child = spawn(command, args, { env: { ...process.env, ...env } })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  const ended = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject))
  try {
    let last: Said = {}
    for await (const line of createInterface({ input: child.stdout })) {
      last = JSON.parse(line)
      if ('ask' in last) child.stdin.write(`${await answer(last)}\n`)
    }
    const code = await ended
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${complaint}`)
    return last
  } finally {
    child.kill()
  }
}
