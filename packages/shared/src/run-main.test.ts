import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'

const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

/** A program of its own, as signals and exits are those of a process. */
function start(source: string) {
  const imports = `import { runMain, stopOnSignals, ExpectedError } from ${here('./run-main.ts')}
    import { silentLog } from ${here('./log.ts')};`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', imports + source])
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      child.once('close', () => reject(new Error(`it ended without saying ${text}: ${errors}`)))
      child.stdout.on('data', (chunk) => `${chunk}`.includes(text) && resolve())
    })
  const exit = once(child, 'close').then(([code]) => ({ code, errors }))
  return { child, said, exit }
}

const RUNNING = `
  setInterval(() => {}, 1000)
  console.log('running')`

test('a main that fails as expected prints its message alone and exits with 1', async () => {
  const { exit } = start(`await runMain(async () => { throw new ExpectedError('PORT: must be set\\nISSUER: must be set') })`)
  expect(await exit).toEqual({ code: 1, errors: 'PORT: must be set\nISSUER: must be set\n' })
})

test('a main that fails unexpectedly prints where, and exits with 1', async () => {
  const { exit } = start(`await runMain(async () => { throw new TypeError('a mistake') })`)
  expect(await exit).toEqual({ code: 1, errors: expect.stringMatching(/TypeError: a mistake\n\s+at /) })
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops in good order, exit code 0', async (signal) => {
  const { child, said, exit } = start(`stopOnSignals(async () => { console.error('stopped') }, silentLog); ${RUNNING}`)
  await said('running')
  child.kill(signal)
  expect(await exit).toEqual({ code: 0, errors: 'stopped\n' })
})

const SLOW_STOP = "async () => { console.log('stopping'); await new Promise((resolve) => setTimeout(resolve, 300)) }"

test('a second signal exits at once, with 1', async () => {
  const { child, said, exit } = start(`stopOnSignals(${SLOW_STOP}, silentLog, { echo: 0 }); ${RUNNING}`)
  await said('running')
  child.kill('SIGTERM')
  await said('stopping')
  child.kill('SIGINT')
  expect(await exit).toMatchObject({ code: 1 })
})

test('a second signal right after the first is its echo: under npm one Ctrl-C arrives twice', async () => {
  const { child, said, exit } = start(`stopOnSignals(${SLOW_STOP}, silentLog); ${RUNNING}`)
  await said('running')
  child.kill('SIGINT')
  await said('stopping')
  child.kill('SIGINT')
  expect(await exit).toMatchObject({ code: 0 })
})

test('a stop that fails is told, exit code 1', async () => {
  const { child, said, exit } = start(`stopOnSignals(async () => { throw new Error('no') }, silentLog); ${RUNNING}`)
  await said('running')
  child.kill('SIGTERM')
  expect(await exit).toMatchObject({ code: 1 })
})
