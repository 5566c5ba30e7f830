/**
 * `node .ci/kept-logs.js FOLDER`: searches all that was logged in a run (`*.log`) for each secret that was used in it (`secrets`), in one pass. It fails when one
 * is there, and tells in which line, without it; also when there is nothing to search, or nothing to search for.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const [folder = ''] = process.argv.slice(2)
const logs = readdirSync(folder).filter((name) => name.endsWith('.log'))
const size = logs.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
const secrets = new Set(readFileSync(join(folder, 'secrets'), 'utf8').split('\n').filter(Boolean))
if (size === 0 || secrets.size === 0) throw new Error(`${folder} holds ${size} bytes of logs and ${secrets.size} secrets`)

const grep = spawnSync('grep', ['-nFf', '-', ...logs], { cwd: folder, input: [...secrets].join('\n'), maxBuffer: 2 ** 30 })
if (grep.status !== 0 && grep.status !== 1) throw new Error(`grep: ${grep.stderr}`)
const found = grep.stdout.toString().split('\n').filter(Boolean)
for (const line of found.slice(0, 20)) console.log(without(line))
console.log(`${found.length} of the lines in ${(size / 1e6).toFixed(1)} MB of logs show one of ${secrets.size} secrets`)
process.exitCode = found.length === 0 ? 0 : 1

/** Secrets are kept as a part of each: what belongs to it in the line goes, too. */
function without(line) {
  const shown = [...secrets].filter((secret) => line.includes(secret)).sort((a, b) => b.length - a.length)
  const wholes = shown.map((secret) => new RegExp(`(eyJ[\\w-]+\\.eyJ[\\w-]+\\.)?${escaped(secret)}[\\w-]*`, 'g'))
  return wholes.reduce((text, whole) => text.replace(whole, '[a secret]'), line)
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
