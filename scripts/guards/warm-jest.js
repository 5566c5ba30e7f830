/**
 * Runs jest again and again in one process, as its parent asks by messages `{ files, titles }`: starting it anew for each guard takes longer than
 * the tests. Each run reads its files afresh, into a world of its own. Plain JavaScript, so that no loader stands between jest and what it loads.
 */
import { tmpdir } from 'node:os'
import { runCLI } from 'jest'

const temporary = tmpdir()

process.on('disconnect', () => process.exit()) // whatever tests left open

process.on('message', async ({ files, pattern }) => {
  process.env.TMPDIR = temporary // the last run's lay in it, and is gone
  try {
    process.send({ verdicts: await run(files, pattern) })
  } catch (error) {
    process.send({ fault: error instanceof Error ? error.message : String(error) })
  }
})

async function run(files, testNamePattern) {
  const { results } = await runCLI(
    {
      $0: 'jest',
      _: files,
      runTestsByPath: true,
      runInBand: true,
      watchman: false,
      silent: true,
      reporters: [],
      testTimeout: 30_000, // on a busy machine a test must not be red for its slowness
      testNamePattern,
    },
    [process.cwd()],
  )
  if (results.testResults.length !== files.length) throw new Error(`${results.testResults.length} of ${files.length} files ran`)
  for (const { failureMessage, testResults } of results.testResults) {
    if (testResults.length === 0) throw new Error(`the tests did not run:\n${failureMessage}`)
  }
  return results.testResults.flatMap(({ testResults }) => testResults.map(verdictOf))
}

const verdictOf = ({ title, status, failureDetails, failureMessages }) => ({
  title,
  status,
  failure: failureMessages[0]?.split('\n')[0],
  byExpectation: failureDetails.some((detail) => detail?.matcherResult !== undefined),
})
