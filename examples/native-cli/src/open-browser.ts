import { spawn } from 'node:child_process'

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/**
 * Opens the browser of the person (RFC 8252 section 6), never one within the program: there it could see the password. No shell is involved. Where there is
 * none, over SSH for instance, the printed address is what is left.
 */
export function openBrowser(address: string, chosen: string | undefined): void {
  if (!/^https?:\/\//.test(address)) return
  const [command = 'xdg-open', ...args] = chosen ? [chosen] : (openers[process.platform] ?? [])
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
