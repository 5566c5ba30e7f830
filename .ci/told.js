/**
 * `node .ci/told.js NAME REPORT...`: what jest's reports say of a test step, in one line. It fails when a test failed, was skipped or is still to
 * be written, or when none ran: the gate does not lean on jest's exit alone.
 */
import { readFileSync } from 'node:fs'

const [name, ...files] = process.argv.slice(2)
const reports = files.map((file) => JSON.parse(readFileSync(file, 'utf8')))
const sum = (figure) => reports.reduce((all, report) => all + figure(report), 0)

const passed = sum(({ numPassedTests }) => numPassedTests)
const failed = sum(({ numFailedTests }) => numFailedTests)
const skipped = sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests)
const ran = sum(({ testResults }) => testResults.filter(({ assertionResults }) => assertionResults.length > 0).length)
const silent = sum(({ numTotalTestSuites }) => numTotalTestSuites) - ran

const didNotRun = silent > 0 ? `; ${silent} files did not run` : ''
console.log(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped, in ${ran} files${didNotRun}`)
if (passed === 0 || failed + skipped + silent > 0 || !reports.every(({ success }) => success)) process.exitCode = 1
