/**
 * `npm run test:guards [WORD]`: takes each guard out (a `.patch` beside a test, those with WORD in their name) and expects the tests that it names
 * to fail, each by an expectation. It works in copies of the working tree. A patch that no longer applies is a failure, and so is a test in an
 * `attacks` folder that no patch turns red.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Copy, copyTree, filesOf } from './copy.ts'
import type { Verdict } from './jest-runner.ts'
import { parsePatch } from './patch.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const [word = ''] = process.argv.slice(2)
const files = filesOf(root).filter((file) => file.includes(word))
const patches = files.filter((file) => file.endsWith('.patch'))
const attacks = files.filter((file) => /\/attacks\/[\w-]+\.test\.ts$/.test(file))

const work = mkdtempSync(join(tmpdir(), 'menshen-guards-'))
const named = new Set<string>()
let faults = 0
const lanes = Array.from({ length: Math.min(4, availableParallelism()) }, (_, i) => copyTree(root, join(work, `${i}`)))
try {
  const waiting = [...patches]
  await Promise.all(lanes.map((copy) => workOff(waiting, copy)))
  if (attacks.length > 0 && lanes[0]) await expectNamed(lanes[0])
} finally {
  for (const copy of lanes) copy.rest()
  rmSync(work, { recursive: true, force: true })
}
console.log(
  faults === 0 ? `${patches.length} guards, each missed when it is out` : `${faults} faults in ${patches.length} guards`,
)
if (faults > 0) process.exitCode = 1

async function workOff(waiting: string[], copy: Copy): Promise<void> {
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    const start = performance.now()
    const fault = (await faultOf(file, copy)) && (await faultInFreshJest(file, copy))
    tell(file, fault, `red in ${Math.round(performance.now() - start)} ms`)
  }
}

function tell(file: string, fault: string | undefined, good: string): void {
  if (fault !== undefined) faults++
  console.log(fault === undefined ? `ok    ${file}: ${good}` : `FAULT ${file}: ${fault}`)
}

/** Asks again where nothing that an earlier guard's tests left behind can be in the way. */
function faultInFreshJest(file: string, copy: Copy): Promise<string | undefined> {
  copy.rest()
  return faultOf(file, copy)
}

/** What is wrong with a patch; nothing when its tests fail as they should. */
function faultOf(file: string, copy: Copy): Promise<string | undefined> {
  return expectRed(file, copy).catch((error: Error) => error.message)
}

async function expectRed(file: string, copy: Copy): Promise<string | undefined> {
  const patch = parsePatch(file, readFileSync(join(root, file), 'utf8'))
  for (const title of patch.titles) named.add(title)
  const putBack = copy.takeOut(patch)
  try {
    const verdicts = await copy.run([patch.testFile], patch.titles)
    const notRed = patch.titles.flatMap((title) => whatIsNotRed(title, verdicts) ?? [])
    return notRed.length === 0 ? undefined : `without the guard this does not fail by an expectation: ${notRed.join('; ')}`
  } finally {
    putBack()
  }
}

/** Why a test is not red, if so. */
function whatIsNotRed(title: string, verdicts: readonly Verdict[]): string | undefined {
  const verdict = verdicts.find((verdict) => verdict.title === title)
  if (verdict?.status === 'failed' && verdict.byExpectation) return undefined
  return `${title} (${verdict?.failure ?? verdict?.status ?? 'there is no such test'})`
}

/** Every attack has a guard that it misses. */
async function expectNamed(copy: Copy): Promise<void> {
  for (const title of await copy.titles(attacks)) if (!named.has(title)) tell(title, 'no patch beside it turns it red', '')
}
