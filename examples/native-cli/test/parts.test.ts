import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openBrowser } from '../src/open-browser.ts'
import { OptionsError, readOptions } from '../src/options.ts'
import { printable } from '../src/printable.ts'

test('the tokens lie under XDG_CONFIG_HOME; a relative one counts as none (XDG Base Directory Specification)', () => {
  expect(readOptions({ XDG_CONFIG_HOME: '/home/alice/.config' }).tokenFile).toBe(
    '/home/alice/.config/menshen-native-cli/tokens.json',
  )
  expect(readOptions({ XDG_CONFIG_HOME: 'here' }).tokenFile).toBe(readOptions({}).tokenFile)
})

test('plain http stays possible only on this machine; every fault is told at once', () => {
  expect(readOptions({ ISSUER: 'https://login.example/' }).issuer).toBe('https://login.example')
  const faults = () => readOptions({ ISSUER: 'http://login.example', USER_API_URL: 'users' })
  expect(faults).toThrow(OptionsError)
  for (const name of ['ISSUER must be https', 'USER_API_URL']) expect(faults).toThrow(name)
})

test('a name prints nothing that a terminal acts on', () => {
  expect(printable('a\u001b[2Jb\u0007c\nd\u202ee 张')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\ufffde 张')
})

test('the browser is given the address as it is, no shell reads it; what is no web address is not opened', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'menshen-browser-'))
  const [browser, told] = [join(folder, 'browser'), join(folder, 'told')]
  await writeFile(browser, `#!/bin/sh\nprintf '%s|' "$@" > ${told}.new\nmv ${told}.new ${told}\n`)
  await chmod(browser, 0o700)
  for (const address of ['file:///etc/passwd', '-x', 'javascript:alert(1)']) openBrowser(address, browser)
  openBrowser('https://login.example/?a=$(id)&b=`id`;c', browser)
  const read = async (): Promise<string> => readFile(told, 'utf8').catch(() => new Promise(setImmediate).then(read))
  expect(await read()).toBe('https://login.example/?a=$(id)&b=`id`;c|')
  openBrowser('https://login.example/', join(folder, 'no-such-browser')) // is no failure
})

/** What `npm start -- …` runs. */
const start = (...args: string[]): Promise<{ code: number | null; said: string; complained: string }> =>
  new Promise((resolve) => {
    const options = ['--conditions=menshen-source', '--import', 'tsx', 'examples/native-cli/src/main.ts']
    const child = execFile(process.execPath, [...options, ...args], (_, said, complained) =>
      resolve({ code: child.exitCode, said, complained }),
    )
  })

test('the program says what it can do, and refuses what it does not know with exit code 2', async () => {
  const help = await start('--help')
  expect(help).toMatchObject({ code: 0, complained: '' })
  for (const command of ['login', 'whoami', 'projects', 'logout']) expect(help.said).toContain(command)
  expect(await start('dance')).toEqual({ code: 2, said: '', complained: help.said })
  expect(await start()).toMatchObject({ code: 2 })
}, 30_000)
