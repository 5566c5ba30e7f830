import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

/** What the gate says of a run that logged this, with these secrets. */
async function searched(log: string, secrets: string) {
  const folder = await mkdtemp(join(tmpdir(), 'menshen-kept-'))
  await writeFile(join(folder, 'test-1.log'), log)
  await writeFile(join(folder, 'secrets'), secrets)
  const { status, stdout, stderr } = spawnSync('node', ['.ci/kept-logs.js', folder], { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

test('a secret in the logs of a run fails the gate, which names its line and not the secret', async () => {
  const { status, said } = await searched(
    '{"msg":"well"}\n{"msg":"got a-token-of-somebody"}\n',
    'another-secret\na-token-of-somebody\n',
  )
  expect({ status, said }).toMatchObject({
    status: 1,
    said: expect.stringContaining('2:{"msg":"got [a secret]"}'),
  })
  expect(said).not.toContain('a-token-of-somebody')
})

test('logs without a secret pass; without logs, or without secrets to search for, the gate fails', async () => {
  expect(await searched('{"msg":"well"}\n', 'a-token-of-somebody\n')).toMatchObject({ status: 0 })
  expect((await searched('', 'a-token-of-somebody\n')).status).toBe(1)
  expect((await searched('{"msg":"well"}\n', '')).status).toBe(1)
})

test('where a run is kept, what is typed and given over the wire is what is searched for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'menshen-kept-'))
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'services/auth/test/metrics.test.ts']
  const env = { ...process.env, TEST_LOGS: folder, TMPDIR: folder }
  expect(spawnSync('node', [...jest, '-t', 'passwords are counted'], { env })).toMatchObject({ status: 0 })
  const secrets = await readFile(join(folder, 'secrets'), 'utf8')
  expect(secrets.split('\n').length).toBeGreaterThan(10)
  expect(secrets).toContain('correct horse battery staple')
  expect(spawnSync('node', ['.ci/kept-logs.js', folder], { encoding: 'utf8' })).toMatchObject({ status: 0 })
}, 60_000)
