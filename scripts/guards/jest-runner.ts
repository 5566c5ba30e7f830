import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** What jest says of one test. */
export interface Verdict {
  title: string
  status: 'passed' | 'failed' | 'pending'
  /** The first line of what it failed with. */
  failure?: string
  /** Whether an expectation was not met, rather than something thrown on the way. */
  byExpectation: boolean
}

export interface JestRunner {
  /** Runs the tests whose title the pattern matches. @throws when a file did not run at all, or took two minutes. */
  run(files: readonly string[], pattern: string): Promise<Verdict[]>
  /** The next run starts a new process. */
  stop(): void
}

type Answer = { verdicts: Verdict[] } | { fault: string }

/** What failing tests leave open piles up in the process, so it is changed now and then. */
const runsOfOneProcess = 20

/** Runs jest in a folder, in a process that is kept for the next run. */
export function createJestRunner(folder: string): JestRunner {
  let child: ChildProcess | undefined
  let runs = 0
  let told = ''

  function start(): ChildProcess {
    const flags = ['--env-file=node.env', '--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
    const env = { ...process.env, TEST_STORES: 'sqlite' } // whichever store it is, a missing guard is missed
    const started = spawn(process.execPath, [...flags, 'scripts/guards/warm-jest.js'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    told = ''
    started.stderr?.on('data', (chunk) => {
      told += chunk
    })
    return started
  }
  function stop(): void {
    child?.kill('SIGKILL')
    child = undefined
    runs = 0
  }

  return {
    stop,
    async run(files, pattern) {
      if (runs >= runsOfOneProcess) stop()
      runs++
      child ??= start()
      const answer = await answerOf(child, { files, pattern }).catch((error) => {
        stop()
        throw new Error(`${error.message}\n${told}`)
      })
      if ('fault' in answer) throw new Error(answer.fault)
      return answer.verdicts
    },
  }
}

async function answerOf(child: ChildProcess, request: object): Promise<Answer> {
  const over = new AbortController()
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(120_000)])
  try {
    const answer = once(child, 'message', { signal })
    const end = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('jest ended and told nothing')))
    child.send(request)
    return (await Promise.race([answer, end]))[0]
  } finally {
    over.abort()
  }
}
